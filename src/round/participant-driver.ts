import { type Failure, failure } from '#vocabulary';
import type { CheckedMessage } from './asker-state.ts';
import { SALT_BYTES } from './commitment.ts';
import { REPORT_INTERVAL_MS } from './deadline.ts';
import {
  type ParticipantEffect,
  type ParticipantEvent,
  type ParticipantRound,
  type ParticipantStep,
  stepParticipant,
} from './participant.ts';
import { type Post, type RoundPorts, signRecord } from './ports.ts';
import type { DeclineReason } from './wire.ts';
import { judgeAnswers, writeAnswer } from './work.ts';

/** What this peer does in one round, its own or somebody else's. */
export interface ParticipantDriver {
  getState(): ParticipantRound;
  receive(message: CheckedMessage): void;
  askerGone(): void;
  withdraw(reason: DeclineReason): void;
}

export interface ParticipantHooks {
  readonly post: Post;
  readonly onChange: () => void;
  readonly onText: (text: string, tokens: number) => void;
  readonly onWritten: (outcome: { readonly failed: Failure | undefined }) => void;
  readonly onFinish: (state: ParticipantRound) => void;
}

export function driveParticipant(
  ports: RoundPorts,
  first: ParticipantStep,
  hooks: ParticipantHooks,
): ParticipantDriver {
  const { clock } = ports;
  let state = first.state;
  let work: AbortController | undefined;
  let share = 0;

  const dispatch = (event: ParticipantEvent): void => apply(stepParticipant(state, event));

  const apply = (step: ParticipantStep): void => {
    state = step.state;
    for (const effect of step.effects) perform(effect);
    hooks.onChange();
  };

  const perform = (effect: ParticipantEffect): void => {
    switch (effect.type) {
      case 'send':
        hooks.post(state.asker, effect.message);
        return;
      case 'sign':
        void signRecord(ports, effect).then((record) => dispatch({ type: 'signed', record, nowMs: clock.now() }));
        return;
      case 'generate':
        void runWork((signal) => generate(effect, signal));
        return;
      case 'judge':
        void runWork((signal) => judge(effect, signal));
        return;
      case 'abort':
        work?.abort();
        return;
      case 'finish':
        void ports.ledger.put(effect.records).then(() => hooks.onFinish(state));
        return;
    }
  };

  /** Reports while the work runs, whether or not it advances: silence is what tells the asker that a peer is gone. */
  const runWork = async (run: (signal: AbortSignal) => Promise<ParticipantEvent | undefined>): Promise<void> => {
    work?.abort();
    const controller = new AbortController();
    work = controller;
    share = 0;
    let cancelReport = (): void => undefined;
    const report = (): void => {
      dispatch({ type: 'progress', share, nowMs: clock.now() });
      dispatch({ type: 'tick', nowMs: clock.now() });
      cancelReport = clock.after(REPORT_INTERVAL_MS, report);
    };
    cancelReport = clock.after(REPORT_INTERVAL_MS, report);
    const event = await run(controller.signal).catch((cause: unknown): ParticipantEvent => {
      const message = cause instanceof Error ? cause.message : String(cause);
      return { type: 'work-failed', error: failure('engine-failed', message), nowMs: clock.now() };
    });
    cancelReport();
    if (event !== undefined && !controller.signal.aborted) dispatch(event);
  };

  const generate = async (
    effect: Extract<ParticipantEffect, { type: 'generate' }>,
    signal: AbortSignal,
  ): Promise<ParticipantEvent> => {
    const written = await writeAnswer(ports, {
      question: effect.question,
      maxTokens: effect.maxTokens,
      temperature: effect.temperature,
      signal,
      onText: (text, tokens) => {
        share = Math.min(1, tokens / effect.maxTokens);
        hooks.onText(text, tokens);
      },
    });
    hooks.onWritten({ failed: written.ok ? undefined : written.error });
    const nowMs = clock.now();
    return written.ok
      ? { type: 'answered', answer: written.value, nowMs }
      : { type: 'work-failed', error: written.error, nowMs };
  };

  const judge = async (
    effect: Extract<ParticipantEffect, { type: 'judge' }>,
    signal: AbortSignal,
  ): Promise<ParticipantEvent> => {
    const context = {
      round: state.round,
      model: state.model,
      calibration: ports.calibration,
      question: effect.question,
      answers: effect.answers,
      salt: ports.random.bytes(SALT_BYTES),
    };
    const onProgress = (done: number): void => {
      share = done;
    };
    const ballot = await judgeAnswers(ports.judge, context, { signal, onProgress });
    const nowMs = clock.now();
    return ballot.ok
      ? { type: 'judged', ballot: ballot.value, nowMs }
      : { type: 'work-failed', error: ballot.error, nowMs };
  };

  apply(first);
  return {
    getState: () => state,
    receive: (message) => dispatch({ type: 'message', message, nowMs: clock.now() }),
    askerGone: () => dispatch({ type: 'asker-gone', nowMs: clock.now() }),
    withdraw: (reason) => dispatch({ type: 'withdraw', reason, nowMs: clock.now() }),
  };
}
