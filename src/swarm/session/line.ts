import { type Clock, createTokenBucket } from '#vocabulary';
import type { Channel } from './channel.ts';
import { SILENCE_MS, type SilenceWatch, watchSilence } from './liveness.ts';
import { encodeFrame } from './wire.ts';

/** Answers to pings older than the silence that ends a connection are of no interest. */
const MAX_OPEN_PINGS = 8;

/**
 * Frames of one connection that cost work without carrying a message. A tab says hello once a connection, its advert at
 * most five times a second and asks for a sign of life every 1.5 s. What was held up by a stall comes in one go, so the
 * store is ample; beyond it, somebody wants to keep us busy.
 */
const CHATTER = { perSecond: 20, burst: 100 };

/** One connection of a session, with what it has been asked and how much it may still say. */
export interface Line {
  readonly channel: Channel;
  readonly watch: SilenceWatch;
  /** False when the peer has said more, apart from messages, than is reasonable. */
  maySpeak(): boolean;
  /** Its hello has come: frames may be sent and are accepted. */
  ready: boolean;
  /** Nothing more is read from it. */
  barred: boolean;
  retiring: boolean;
  /** Does something later, unless the line is stopped before. */
  after(delayMs: number, action: () => void): void;
  ping(): void;
  /** The round trip, undefined for an answer to nothing. */
  pong(token: number): number | undefined;
  /** Pings since the last answer. */
  unanswered(): number;
  /** Timers only; the channel is the session's to end. */
  stop(): void;
}

export function createLine(clock: Clock, channel: Channel, onSilent: () => void): Line {
  const chatter = createTokenBucket(CHATTER, clock.now());
  const watch = watchSilence(clock, SILENCE_MS, onSilent);
  const cancels: (() => void)[] = [];
  const sentAtByToken = new Map<number, number>();
  let nextToken = 0;
  let unanswered = 0;

  return {
    channel,
    watch,
    maySpeak: () => chatter.take(1, clock.now()),
    ready: false,
    barred: false,
    retiring: false,
    after(delayMs, action) {
      cancels.push(clock.after(delayMs, action));
    },
    ping() {
      const token = nextToken;
      nextToken = (nextToken + 1) >>> 0;
      sentAtByToken.set(token, clock.now());
      if (sentAtByToken.size > MAX_OPEN_PINGS) sentAtByToken.delete(sentAtByToken.keys().next().value as number);
      unanswered++;
      channel.post(encodeFrame({ type: 'ping', token }));
    },
    pong(token) {
      const sentAtMs = sentAtByToken.get(token);
      if (sentAtMs === undefined) return undefined;
      sentAtByToken.delete(token);
      unanswered = 0;
      return clock.now() - sentAtMs;
    },
    unanswered: () => unanswered,
    stop() {
      watch.stop();
      for (const cancel of cancels) cancel();
    },
  };
}
