import type { PeerId } from '#vocabulary';
import {
  type AskerEffect,
  type AskerEvent,
  type AskerState,
  type AskerStep,
  type CheckedMessage,
  isOver,
  recordsOfAsker,
} from './asker-state.ts';
import { stepAsker } from './asker.ts';
import { type Post, type RoundPorts, keepRecords, signRecord } from './ports.ts';

/** One question of this peer's owner, under way. */
export interface AskerDriver {
  getState(): AskerState;
  receive(from: PeerId, message: CheckedMessage): void;
  peerGone(peer: PeerId): void;
  stop(): void;
}

export function driveAsker(
  ports: RoundPorts,
  first: AskerStep,
  options: { readonly post: Post; readonly onChange: () => void; readonly onFinish: (state: AskerState) => void },
): AskerDriver {
  const { clock } = ports;
  let state = first.state;
  let cancelWake = (): void => undefined;

  const dispatch = (event: AskerEvent): void => apply(stepAsker(state, event));

  const apply = (step: AskerStep): void => {
    state = step.state;
    for (const effect of step.effects) perform(effect);
    options.onChange();
  };

  const perform = (effect: AskerEffect): void => {
    switch (effect.type) {
      case 'send':
        options.post(effect.to, effect.message);
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
      case 'finish':
        cancelWake();
        void keepRecords(ports, recordsOfAsker(state)).then(() => options.onFinish(state));
        return;
    }
  };

  apply(first);
  return {
    getState: () => state,
    receive: (from, message) => dispatch({ type: 'message', from, message, nowMs: clock.now() }),
    peerGone: (peer) => dispatch({ type: 'gone', peer, nowMs: clock.now() }),
    stop: () => {
      if (!isOver(state.phase)) dispatch({ type: 'stop', nowMs: clock.now() });
    },
  };
}
