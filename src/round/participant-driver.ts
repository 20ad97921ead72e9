import { type Failure, err, failure } from '#vocabulary';
import type { CheckedMessage } from './asker-state.ts';
import { SALT_BYTES } from './commitment.ts';
import { REPORT_INTERVAL_MS } from './deadline.ts';
import { stepParticipant } from './participant.ts';
import type { ParticipantEffect, ParticipantEvent, ParticipantRound, ParticipantStep } from './participant-state.ts';
import { type Post, type RoundPorts, keepRecords, signRecord } from './ports.ts';
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
  /** The peer is free again. */
  readonly onOver: (state: ParticipantRound) => void;
  /** The records of the round are with the ledger. */
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
  let cancelWake = (): void => undefined;

  const dispatch = (event: ParticipantEvent): void => apply(stepParticipant(state, event));

  const apply = (step: ParticipantStep): void => {
    state = step.state;
    for (const effect of step.effects) perform(effect);
    hooks.onChange();
  };

  const perform = (effect: ParticipantEffect): void => {
    switch (effect.type) {
      case 'send':
        hooks.post([state.asker], effect.message);
        return;
      case 'sign':
        void signRecord(ports, effect).then((signed) =>
          dispatch(
            signed.ok
              ? { type: 'signed', record: signed.value, nowMs: clock.now() }
              : { type: 'sign-failed', error: signed.error, nowMs: clock.now() },
          ),
        );
        return;
      case 'wake':
        cancelWake();
        cancelWake = clock.after(Math.max(0, effect.atMs - clock.now()), () =>
          dispatch({ type: 'tick', nowMs: clock.now() }),
        );
        return;
      case 'keep':
        void keepRecords(ports, effect.records);
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
        cancelWake();
        hooks.onOver(state);
        void keepRecords(ports, effect.records).then(() => hooks.onFinish(state));
        return;
    }
  };

  /** Reports while the work runs, whether or not it advances: silence is what tells the asker that a peer is gone. */
  const runWork = async (run: (signal: AbortSignal) => Promise<ParticipantEvent>): Promise<void> => {
    work?.abort();
    const controller = new AbortController();
    work = controller;
    share = 0;
    let cancelReport = (): void => undefined;
    const report = (): void => {
      // An engine that does not heed the abort must not be reported for ever.
      if (controller.signal.aborted) return;
      dispatch({ type: 'progress', share, nowMs: clock.now() });
      cancelReport = clock.after(REPORT_INTERVAL_MS, report);
    };
    cancelReport = clock.after(REPORT_INTERVAL_MS, report);
    const event = await run(controller.signal);
    cancelReport();
    if (!controller.signal.aborted) dispatch(event);
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
        share = tokens / effect.maxTokens;
        hooks.onText(text, tokens);
      },
    }).catch((cause: unknown) => err(describeCrash(cause)));
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
    const ballot = await judgeAnswers(ports.judge, context, { signal, onProgress }).catch((cause: unknown) =>
      err(describeCrash(cause)),
    );
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

function describeCrash(cause: unknown): Failure {
  return failure('engine-failed', cause instanceof Error ? cause.message : String(cause));
}
