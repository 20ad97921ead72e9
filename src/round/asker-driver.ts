import type { PeerId } from '#vocabulary';
import {
  type AskerEffect,
  type AskerEvent,
  type AskerState,
  type AskerStep,
  type CheckedMessage,
  recordsOfAsker,
} from './asker-state.ts';
import { stepAsker } from './asker.ts';
import type { LoopEffect } from './effects.ts';
import { type Post, type RoundPorts, keepRecords } from './ports.ts';
import { createReducerLoop } from './reducer-loop.ts';
import { isRoundOver } from './round-phase.ts';

type OwnEffect = Exclude<AskerEffect, LoopEffect>;

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
  const loop = createReducerLoop<AskerState, AskerEvent, OwnEffect>(ports, first, {
    step: stepAsker,
    onChange: options.onChange,
    perform: (effect, state) => {
      if (effect.type === 'send') return options.post(effect.to, effect.message);
      loop.cancelWake();
      void keepRecords(ports, recordsOfAsker(state)).then(() => options.onFinish(state));
    },
  });
  loop.start();
  return {
    getState: loop.getState,
    receive: (from, message) => loop.dispatch({ type: 'message', from, message, nowMs: clock.now() }),
    peerGone: (peer) => loop.dispatch({ type: 'gone', peer, nowMs: clock.now() }),
    stop: () => {
      if (!isRoundOver(loop.getState().phase)) loop.dispatch({ type: 'stop', nowMs: clock.now() });
    },
  };
}
