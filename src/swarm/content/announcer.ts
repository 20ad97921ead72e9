import type { Clock, PeerId, Random } from '#vocabulary';
import type { Swarm } from '../swarm.ts';
import { ENOUGH_PROVIDERS, MAX_OFFERED, OFFER_EVERY_MS, OFFER_GAP_MS, OFFER_TOPIC } from './constants.ts';
import { decodeOffer, encodeOffer } from './offer-wire.ts';
import type { Providers } from './providers.ts';

export interface AnnouncerParts {
  readonly swarm: Swarm;
  readonly clock: Clock;
  readonly random: Random;
  readonly providers: Providers;
  /** SHA-256 of what is offered, newest first. */
  readonly offered: () => readonly string[];
  /** Somebody announced something. */
  readonly onHeard: () => void;
}

/** Tells others what this tab offers, and hears what they do: on connecting, on changes, and again before it expires. */
export interface Announcer {
  /** What is offered has changed. */
  noteChange(): void;
  close(): void;
}

export function startAnnouncer({ swarm, clock, random, providers, offered, onHeard }: AnnouncerParts): Announcer {
  let lastMs = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;
  let told = '';
  let greeted = new Set<PeerId>();

  const message = (digests: readonly string[]): Uint8Array => encodeOffer({ peer: swarm.self, digests });

  /** To those connected, all of it; to everybody, what few others offer. */
  const announce = (): void => {
    lastMs = clock.now();
    const all = offered().slice(0, MAX_OFFERED);
    told = all.join(' ');
    for (const peer of greeted) void swarm.send(peer, OFFER_TOPIC, message(all));
    const rare = all.filter((sha256) => providers.of(sha256).length < ENOUGH_PROVIDERS);
    if (rare.length > 0) swarm.broadcast(OFFER_TOPIC, message(rare));
    schedule(OFFER_EVERY_MS * (0.9 + 0.2 * random.next()));
  };

  const schedule = (delayMs: number): void => {
    cancel?.();
    cancel = clock.after(Math.max(delayMs, lastMs + OFFER_GAP_MS - clock.now()), announce);
  };

  const greet = (): void => {
    const reachable = swarm
      .getState()
      .peers.filter(
        ({ kind, advert, incompatible }) => kind !== 'relayed' && advert !== undefined && incompatible === undefined,
      )
      .map(({ id }) => id);
    const fresh = reachable.filter((peer) => !greeted.has(peer));
    greeted = new Set(reachable);
    const all = offered();
    if (all.length > 0) for (const peer of fresh) void swarm.send(peer, OFFER_TOPIC, message(all));
  };

  const hear = (bytes: Uint8Array, from?: PeerId): void => {
    const offer = decodeOffer(bytes);
    // Told directly it is the sender's own word; by broadcast anybody can claim anything, which asking will show.
    if (!offer.ok || offer.value.peer === swarm.self || (from !== undefined && from !== offer.value.peer)) return;
    providers.note(offer.value.peer, offer.value.digests, from !== undefined);
    onHeard();
  };

  const stops = [
    swarm.handle(OFFER_TOPIC, (from, bytes) => hear(bytes, from)),
    swarm.onBroadcast(OFFER_TOPIC, (_, bytes) => hear(bytes)),
    swarm.onGone((peer) => {
      providers.forget(peer);
      greeted.delete(peer);
    }),
    swarm.subscribe(greet),
  ];
  greet();
  schedule(0);

  return {
    noteChange() {
      if (offered().slice(0, MAX_OFFERED).join(' ') !== told) schedule(0);
    },
    close() {
      cancel?.();
      for (const stop of stops) stop();
    },
  };
}
