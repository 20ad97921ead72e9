import { type Clock, type PeerId, type Random, type Result, equalBytes, err, failure, ok } from '#vocabulary';
import { type Channel, compareChannels, viewOfChannel } from './channel.ts';
import { createInbox } from './inbox.ts';
import { type Line, createLine } from './line.ts';
import { MAX_UNANSWERED_PINGS, PING_INTERVAL_MS } from './liveness.ts';
import { type Refusal, wordsOfRefusal } from './refusal.ts';
import type { RoomKeys } from '../room/room-keys.ts';
import { createRoundTrips } from './round-trips.ts';
import type { Advert, ConnectionKind, SwarmError, SwarmPeer } from '../swarm.ts';
import {
  type Frame,
  type Hello,
  INCARNATION_BYTES,
  type RefusalCode,
  type UnknownFrame,
  decodeFrame,
  encodeFrame,
  encodeMessageHead,
  pairOf,
} from './wire.ts';

/** A peer that opens more connections than retries and fallbacks explain is not going to be better for it. */
const MAX_LINES = 4;
/** The hello is the first thing sent; a connection without one after this time is of no use. */
const HELLO_MS = 5_000;
/** How long a worse connection is kept, so that what is on its way arrives. */
const REDUNDANT_MS = 5_000;
/** A message overtaken by later ones comes over the other connection within this time, or never. */
const GAP_MS = 10_000;
/** How long a connection that was refused stays: both sides show why meanwhile. */
const REFUSED_MS = 10_000;
/** Adverts that change faster than this are told at this pace. */
const ADVERT_INTERVAL_MS = 200;

/** Why a session ended: each is also how the dialler knows whether to try again. */
export type EndReason =
  | 'left'
  | 'goodbye'
  | 'silent'
  | 'closed'
  | 'misbehaved'
  | 'lost-messages'
  | 'refused'
  | 'pruned';

export interface SessionOptions {
  readonly self: PeerId;
  readonly peer: PeerId;
  readonly clock: Clock;
  readonly random: Random;
  /** Tells members of this tab's room from others. */
  readonly room: RoomKeys;
  /** What this tab tells others that it understands. */
  readonly features: readonly string[];
  /** This tab's advert as it is now. */
  readonly advert: () => Advert;
  /** Something in `view()` changed. */
  readonly onChange: () => void;
  readonly onMessage: (protocol: string, body: Uint8Array) => void;
  /** The peer has forgotten this session and begun anew: what was under way is lost. */
  readonly onRestart: () => void;
  /** Called once. */
  readonly onEnd: (reason: EndReason) => void;
}

/** Everything between this tab and one peer, over one or, while changing over, several connections. */
export interface Session {
  view(): SwarmPeer;
  /** Kind of the connection in use, undefined before the hello. */
  kind(): ConnectionKind | undefined;
  add(channel: Channel): void;
  send(protocol: string, body: Uint8Array): Promise<Result<void, SwarmError>>;
  /** Tells the peer the advert again. */
  announce(): void;
  /** Wants a sign of life at once, within `withinMs`. */
  suspect(withinMs: number): void;
  /** One of the two will not have the other; the session only shows why. */
  isRefused(): boolean;
  end(reason: EndReason): void;
}

export function createSession(options: SessionOptions): Session {
  const { self, peer, clock, random, onChange, onMessage, onRestart, onEnd } = options;
  const incarnation = random.bytes(INCARNATION_BYTES);
  const lines = new Set<Line>();
  let remote: Uint8Array | undefined;
  let pair = 0;
  let remoteVersion: number | undefined;
  let features: readonly string[] = [];
  let advert: Advert | undefined;
  let refusal: Refusal | undefined;
  let connectedAtMs = clock.now();
  let inbox = createInbox<{ readonly protocol: string; readonly body: Uint8Array }>();
  let roundTrips = createRoundTrips();
  let nextSequence = 0;
  let epoch = 0;
  let writing: Promise<unknown> = Promise.resolve();
  let ended = false;
  /** Those who wait for a line that can be written to, or for the end. */
  let waiting: (() => void)[] = [];
  let cancelGap: (() => void) | undefined;
  let advertToldAtMs = 0;
  let cancelAdvert: (() => void) | undefined;

  const best = (): Line | undefined => {
    let found: Line | undefined;
    // The newer of two equals: whoever opened it had lost faith in the older.
    for (const line of lines)
      if (line.ready && (found === undefined || compareChannels(line.channel, found.channel) <= 0)) found = line;
    return found;
  };

  const wakeWaiting = (): void => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };

  const forget = (line: Line): void => {
    lines.delete(line);
    line.stop();
  };

  const finish = (reason: EndReason): void => {
    if (ended) return;
    ended = true;
    wakeWaiting();
    cancelPing();
    cancelGap?.();
    cancelAdvert?.();
    for (const line of [...lines]) {
      forget(line);
      if (reason === 'left' || reason === 'pruned') {
        line.channel.post(encodeFrame({ type: 'goodbye' }));
        line.channel.close();
      } else line.channel.abort(reason);
    }
    onEnd(reason);
  };

  const drop = (line: Line, reason: EndReason): void => {
    if (!lines.has(line)) return;
    forget(line);
    line.channel.abort(reason);
    if (lines.size === 0) finish(refusal === undefined ? reason : 'refused');
    else if (lines.size === 1 && inbox.hasGap()) finish('lost-messages');
    else onChange();
  };

  /** Connections that lost to a better one are closed by whoever opened them. */
  const retireWorse = (): void => {
    const keep = best();
    for (const line of lines) {
      if (line === keep || !line.ready || line.retiring || line.channel.initiator !== self) continue;
      line.retiring = true;
      line.after(REDUNDANT_MS, () => {
        line.retiring = false;
        if (best() === line) return;
        forget(line);
        line.channel.close();
      });
    }
  };

  const incompatible = (): string | undefined => {
    if (refusal !== undefined) return wordsOfRefusal(refusal);
    const ours = options.advert().protocolVersion;
    const theirs = advert?.protocolVersion ?? remoteVersion;
    return theirs === undefined || theirs === ours ? undefined : `speaks version ${theirs}, this tab speaks ${ours}`;
  };

  const sayHello = (line: Line): void =>
    line.channel.post(
      encodeFrame({
        type: 'hello',
        protocolVersion: options.advert().protocolVersion,
        incarnation,
        proof: options.room.prove(self, peer),
        features: options.features,
      }),
    );
  const tellAdvert = (line: Line): void => line.channel.post(encodeFrame({ type: 'advert', advert: options.advert() }));

  /** Says why, leaves the other time to read and show it, and ends the connection. */
  const refuse = (line: Line, code: RefusalCode): void => {
    line.channel.post(encodeFrame({ type: 'refused', code }));
    line.barred = true;
    line.watch.stop();
    refusal = { code, by: 'self' };
    line.after(REFUSED_MS, () => drop(line, 'refused'));
    onChange();
  };

  /**
   * The peer has lost its side of the session (a reload, or it gave us up) and counts from zero again. This side does
   * likewise, and keeps its incarnation: the peer has just learnt it.
   */
  const restart = (survivor: Line): void => {
    epoch++;
    for (const line of [...lines]) {
      if (line === survivor) continue;
      forget(line);
      line.channel.abort('the peer started anew');
    }
    cancelGap?.();
    cancelGap = undefined;
    inbox = createInbox();
    roundTrips = createRoundTrips();
    nextSequence = 0;
    writing = Promise.resolve();
    connectedAtMs = clock.now();
    onRestart();
  };

  const welcome = (line: Line, hello: Hello): void => {
    const isSameVersion = hello.protocolVersion === options.advert().protocolVersion;
    remoteVersion = hello.protocolVersion;
    if (!options.room.verify(hello.proof, peer, self))
      return refuse(line, isSameVersion ? 'wrong-room' : 'other-version');
    if (remote !== undefined && !equalBytes(remote, hello.incarnation)) restart(line);
    if (refusal?.by === 'self') refusal = undefined;
    remote = hello.incarnation;
    pair = pairOf(incarnation, remote);
    features = hello.features;
    if (!isSameVersion && !line.ready) line.channel.post(encodeFrame({ type: 'refused', code: 'other-version' }));
    line.ready = true;
    wakeWaiting();
    tellAdvert(line);
    retireWorse();
    onChange();
  };

  const heedRefusal = (code: RefusalCode): void => {
    // Of another version, but known to be of this room: both sides see that, and go on showing each other.
    if (code === 'other-version' && remote !== undefined) return;
    refusal ??= { code, by: 'peer' };
    onChange();
  };

  const deliver = (frame: Extract<Frame, { type: 'message' }>): void => {
    if (incompatible() !== undefined) return;
    if (frame.pair !== pair) return finish('lost-messages');
    const body = owned(frame.body);
    const due = inbox.accept(frame.sequence, { protocol: frame.protocol, body }, body.byteLength);
    if (due === undefined) return finish('lost-messages');
    for (const item of due) if (!ended) onMessage(item.protocol, item.body);
    if (!inbox.hasGap()) {
      cancelGap?.();
      cancelGap = undefined;
    } else if (lines.size === 1) finish('lost-messages');
    else cancelGap ??= clock.after(GAP_MS, () => finish('lost-messages'));
  };

  const receive = (line: Line, frame: Frame | UnknownFrame): void => {
    if (frame.type !== 'message' && !line.maySpeak()) return drop(line, 'misbehaved');
    if (line.barred) return;
    if (frame.type === 'hello') return welcome(line, frame);
    if (frame.type === 'refused') return heedRefusal(frame.code);
    if (!line.ready || remote === undefined) return drop(line, 'misbehaved');
    switch (frame.type) {
      case 'message':
        return deliver(frame);
      case 'ping':
        return line.channel.post(encodeFrame({ type: 'pong', token: frame.token }));
      case 'pong': {
        const roundTripMs = line.pong(frame.token);
        if (roundTripMs === undefined) return;
        const before = roundTrips.medianMs();
        roundTrips.add(roundTripMs);
        if (roundTrips.medianMs() !== before) onChange();
        return;
      }
      case 'advert':
        advert = frame.advert;
        return onChange();
      case 'goodbye':
        return finish('goodbye');
      case 'unknown':
        return;
    }
  };

  const pingAll = (): void => {
    for (const line of [...lines]) {
      if (!line.ready) continue;
      // It goes on talking without reading: what is sent to it would pile up for ever.
      if (line.unanswered() >= MAX_UNANSWERED_PINGS) drop(line, 'silent');
      else line.ping();
    }
    if (ended) return;
    cancelPing = clock.after(PING_INTERVAL_MS, pingAll);
  };
  let cancelPing = clock.after(PING_INTERVAL_MS, pingAll);

  const notConnected = (): Result<void, SwarmError> =>
    err(failure('not-connected', 'There is no connection to this peer.'));

  return {
    view: () => ({
      id: peer,
      advert,
      ...viewOfChannel((best() ?? [...lines][0])?.channel),
      roundTripMs: roundTrips.medianMs(),
      connectedAtMs,
      incompatible: incompatible(),
      features,
    }),
    kind: () => best()?.channel.kind,
    add(channel) {
      if (ended || lines.size >= MAX_LINES) return channel.abort('too many connections');
      const line: Line = createLine(clock, channel, () => drop(line, 'silent'));
      line.after(HELLO_MS, () => {
        if (!line.ready && !line.barred) drop(line, 'silent');
      });
      lines.add(line);
      sayHello(line);
      channel.listen({
        onActivity: () => line.watch.heard(),
        onFrame(bytes) {
          if (!lines.has(line)) return;
          const frame = decodeFrame(bytes);
          if (frame.ok) receive(line, frame.value);
          else drop(line, 'misbehaved');
        },
        onPathChange() {
          retireWorse();
          onChange();
        },
        onClose: () => drop(line, 'closed'),
      });
      onChange();
    },
    async send(protocol, body) {
      const reason = incompatible();
      if (reason !== undefined)
        return err(failure('incompatible', `This peer ${reason}.`, 'Reload the page in the older tab.'));
      if (ended || remote === undefined) return notConnected();
      const sequence = nextSequence;
      nextSequence = (nextSequence + 1) >>> 0;
      const head = encodeMessageHead(pair, sequence, protocol);
      const begunIn = epoch;
      const isCurrent = (): boolean => !ended && epoch === begunIn;
      const sent = writing.then(async (): Promise<Result<void, SwarmError>> => {
        while (isCurrent()) {
          const line = best();
          if (line === undefined) {
            // One connection is lost and the next has not said hello yet. The number is given: without this message the
            // other side would miss one.
            await new Promise<void>((resolve) => waiting.push(resolve));
            continue;
          }
          try {
            await line.channel.write(head, body);
            return ok(undefined);
          } catch {
            // It may have been carried or not; its number makes a second copy over another connection harmless.
            drop(line, 'closed');
          }
        }
        return notConnected();
      });
      writing = sent;
      return sent;
    },
    announce() {
      const waitMs = advertToldAtMs + ADVERT_INTERVAL_MS - clock.now();
      const tell = (): void => {
        cancelAdvert = undefined;
        advertToldAtMs = clock.now();
        for (const line of lines) if (line.ready) tellAdvert(line);
      };
      if (waitMs <= 0) tell();
      else cancelAdvert ??= clock.after(waitMs, tell);
      onChange();
    },
    suspect(withinMs) {
      for (const line of lines) {
        if (line.barred) continue;
        line.watch.suspect(withinMs);
        line.ping();
      }
    },
    isRefused: () => refusal !== undefined,
    end: finish,
  };
}

/** A view that would keep alive more than twice its size, of what the transport brought, is copied. */
function owned(body: Uint8Array): Uint8Array {
  return body.byteLength * 2 >= body.buffer.byteLength ? body : body.slice();
}
