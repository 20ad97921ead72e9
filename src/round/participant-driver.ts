import { type Failure, err, failure, messageOf } from '#vocabulary';
import type { CheckedMessage } from './asker-state.ts';
import { SALT_BYTES } from './commitment.ts';
import { REPORT_INTERVAL_MS } from './deadline.ts';
import { stepParticipant } from './participant.ts';
import type { ParticipantEffect, ParticipantEvent, ParticipantRound, ParticipantStep } from './participant-state.ts';
import type { LoopEffect } from './effects.ts';
import { type Post, type RoundPorts, keepRecords } from './ports.ts';
import { createReducerLoop } from './reducer-loop.ts';
import type { DeclineReason } from './wire.ts';
import { judgeAnswers, writeAnswer } from './work.ts';

type OwnEffect = Exclude<ParticipantEffect, LoopEffect>;

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
  let work: AbortController | undefined;
  let share = 0;

  const perform = (effect: OwnEffect, state: ParticipantRound): void => {
    switch (effect.type) {
      case 'send':
        hooks.post([state.asker], effect.message);
        return;
      case 'keep':
        // Written at once: a crash must not forget a commit that others have seen.
        void keepRecords(ports, effect.records).then(() => ports.ledger.flush().catch(() => undefined));
        return;
      case 'generate':
        void runWork((signal) => generate(effect, signal));
        return;
      case 'judge':
        void runWork((signal) => judge(effect, state, signal));
        return;
      case 'abort':
        work?.abort();
        return;
      case 'finish':
        loop.cancelWake();
        hooks.onOver(state);
        void keepRecords(ports, effect.records).then(() => hooks.onFinish(state));
        return;
    }
  };

  const loop = createReducerLoop<ParticipantRound, ParticipantEvent, OwnEffect>(ports, first, {
    step: stepParticipant,
    onChange: hooks.onChange,
    perform,
  });
  const { dispatch } = loop;

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
    state: ParticipantRound,
    signal: AbortSignal,
  ): Promise<ParticipantEvent> => {
    const context = {
      round: state.round,
      model: state.model,
      calibration: ports.calibration(),
      question: effect.question,
      answers: effect.answers,
      others: effect.others,
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

  loop.start();
  return {
    getState: loop.getState,
    receive: (message) => dispatch({ type: 'message', message, nowMs: clock.now() }),
    askerGone: () => dispatch({ type: 'asker-gone', nowMs: clock.now() }),
    withdraw: (reason) => dispatch({ type: 'withdraw', reason, nowMs: clock.now() }),
  };
}

function describeCrash(cause: unknown): Failure {
  return failure('engine-failed', messageOf(cause));
}
