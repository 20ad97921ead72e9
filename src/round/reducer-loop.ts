/** What the shells of both sides share: a reducer's state, the signing it asks for and its one timer. */
import type { LoopEffect, LoopEvent, SignEffect } from './effects.ts';
import { type RoundPorts, signRecord } from './ports.ts';

export interface ReducerShell<State, Event, Effect> {
  readonly step: (state: State, event: Event | LoopEvent) => Step<State, Effect>;
  /** Performs an effect of the reducer's own, in the state that asked for it. */
  readonly perform: (effect: Effect, state: State) => void;
  readonly onChange: () => void;
}

interface Step<State, Effect> {
  readonly state: State;
  readonly effects: readonly (Effect | LoopEffect)[];
}

export interface ReducerLoop<State, Event> {
  getState(): State;
  dispatch(event: Event): void;
  /** Takes the timer back; called when the round is over. */
  cancelWake(): void;
  /** Performs the effects the first state came with. */
  start(): void;
}

export function createReducerLoop<State, Event, Effect extends { readonly type: string }>(
  ports: RoundPorts,
  first: Step<State, Effect>,
  shell: ReducerShell<State, Event, Effect>,
): ReducerLoop<State, Event> {
  const { clock } = ports;
  let { state } = first;
  let cancelWake = (): void => undefined;

  const dispatch = (event: Event | LoopEvent): void => apply(shell.step(state, event));

  const apply = (step: Step<State, Effect>): void => {
    state = step.state;
    for (const effect of step.effects) {
      if (isSign(effect)) void sign(effect);
      else if (isWake(effect)) wakeAt(effect.atMs);
      else shell.perform(effect, state);
    }
    shell.onChange();
  };

  const sign = async (effect: SignEffect): Promise<void> => {
    const signed = await signRecord(ports, effect);
    const nowMs = clock.now();
    dispatch(
      signed.ok ? { type: 'signed', record: signed.value, nowMs } : { type: 'sign-failed', error: signed.error, nowMs },
    );
  };

  const wakeAt = (atMs: number): void => {
    cancelWake();
    cancelWake = clock.after(Math.max(0, atMs - clock.now()), () => dispatch({ type: 'tick', nowMs: clock.now() }));
  };

  return { getState: () => state, dispatch, cancelWake: () => cancelWake(), start: () => apply(first) };
}

function isSign(effect: { readonly type: string }): effect is SignEffect {
  return effect.type === 'sign';
}

function isWake(effect: { readonly type: string }): effect is Extract<LoopEffect, { type: 'wake' }> {
  return effect.type === 'wake';
}
