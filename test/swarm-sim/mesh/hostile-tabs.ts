import { type Random, randomInteger } from '#vocabulary';
import type { OverlayEffect } from '../../../src/swarm/overlay/overlay-step.ts';
import { numberedBody } from './delivery.ts';
import type { MeshNetwork, Tab } from './mesh-network.ts';

/** Takes part in the mesh and passes no broadcast on. */
export function dropBroadcasts(_tab: Tab, effect: OverlayEffect): readonly OverlayEffect[] {
  const isGossip = effect.type === 'send' && (effect.message.t === 'say' || effect.message.t === 'have');
  return isGossip ? [] : [effect];
}

/** Announces what it then never sends. */
export function announceOnly(_tab: Tab, effect: OverlayEffect): readonly OverlayEffect[] {
  return effect.type === 'send' && effect.message.t === 'say' ? [] : [effect];
}

/** Tells of hostile tabs only, and never agrees to part. */
export function createLiar(random: Random) {
  let hostile: Tab[] = [];
  let counted = 0;
  return (_tab: Tab, effect: OverlayEffect, network: MeshNetwork): readonly OverlayEffect[] => {
    if (counted < network.tabs.length) {
      counted = network.tabs.length;
      hostile = network.tabs.filter(({ isHostile }) => isHostile);
    }
    if (effect.type !== 'send') return effect.type === 'close' ? [] : [effect];
    const { message } = effect;
    switch (message.t) {
      case 'shuffle':
      case 'reply':
      case 'refuse': {
        const cards = Array.from({ length: 8 }, () =>
          network.cardOf(hostile[randomInteger(random, hostile.length)] as Tab),
        );
        return [{ ...effect, message: { ...message, cards } }];
      }
      case 'forward':
        return [];
      case 'parted':
        return [{ ...effect, message: { t: 'stay' } }];
      default:
        return [effect];
    }
  };
}

/** Every hostile tab dials honest ones again and again, and asks urgently to be their neighbour. */
export function assault(
  network: MeshNetwork,
  hostile: readonly Tab[],
  random: Random,
  everyMs: number,
  untilMs: number,
): void {
  const { queue } = network;
  const honest = network.alive().filter(({ isHostile }) => !isHostile);
  const strike = (tab: Tab): void => {
    if (queue.nowMs() >= untilMs) return;
    const victim = honest[randomInteger(random, honest.length)] as Tab;
    network.perform(tab, { type: 'dial', peer: victim.id, eager: true });
    queue.at(queue.nowMs() + 3_000, () => {
      const card = network.cardOf(tab);
      network.perform(tab, {
        type: 'send',
        to: victim.id,
        message: { t: 'neighbour', urgent: true, first: true, card },
      });
    });
    queue.at(queue.nowMs() + everyMs * (0.5 + random.next()), () => strike(tab));
  };
  for (const tab of hostile) queue.at(queue.nowMs() + everyMs * random.next(), () => strike(tab));
}

let floodNumber = 1_000_000_000;

/** Every hostile tab sends so many broadcasts a second, each another, to all its neighbours. */
export function flood(network: MeshNetwork, hostile: readonly Tab[], perSecond: number, untilMs: number): void {
  const { queue } = network;
  const burst = (tab: Tab): void => {
    if (queue.nowMs() >= untilMs) return;
    for (const to of tab.wires.keys())
      for (let count = 0; count < perSecond; count++) {
        const body = numberedBody(floodNumber++, 100);
        network.perform(tab, { type: 'send', to, message: { t: 'say', topic: 'flood', body, hops: 0 } });
      }
    queue.at(queue.nowMs() + 1_000, () => burst(tab));
  };
  for (const tab of hostile) burst(tab);
}
