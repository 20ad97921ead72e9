import { type PeerId, type VerifySignature, equalBytes } from '#vocabulary';
import { type Card, verifyCard } from './card.ts';
import { MAX_UNCHECKED } from './constants.ts';
import { type OverlayMessage, cardsIn, keepCards } from './overlay-wire.ts';

export interface CardCheckPorts {
  readonly verify: VerifySignature;
  /** The card of this peer that was checked before, if there is one. */
  readonly known: (peer: PeerId) => Card | undefined;
  readonly onMessage: (from: PeerId, message: OverlayMessage) => void;
  /** A forged card, or more than can be checked. */
  readonly onMisuse: (from: PeerId) => void;
}

/** Checks the signatures in messages. Messages of one peer keep their order. */
export interface CardCheck {
  take(from: PeerId, message: OverlayMessage): void;
}

export function createCardCheck({ verify, known, onMessage, onMisuse }: CardCheckPorts): CardCheck {
  const queues = new Map<PeerId, { length: number; last: Promise<void> }>();

  const isGenuine = async (card: Card): Promise<boolean> => {
    const before = known(card.peer);
    if (before !== undefined && equalBytes(before.sealed, card.sealed)) return true;
    return verifyCard(card, verify);
  };

  const check = async (from: PeerId, message: OverlayMessage): Promise<void> => {
    const cards = cardsIn(message);
    const answers = await Promise.all(cards.map(isGenuine));
    const genuine = new Set(cards.filter((_, index) => answers[index] === true));
    if (genuine.size < cards.length) onMisuse(from);
    const kept = keepCards(message, (card) => genuine.has(card));
    if (kept !== undefined) onMessage(from, kept);
  };

  return {
    take(from, message) {
      const queue = queues.get(from);
      if (queue === undefined && cardsIn(message).length === 0) return onMessage(from, message);
      const { length, last } = queue ?? { length: 0, last: Promise.resolve() };
      if (length >= MAX_UNCHECKED) return onMisuse(from);
      const mine = { length: length + 1, last: last.then(() => check(from, message)) };
      queues.set(from, mine);
      void mine.last.finally(() => {
        const now = queues.get(from);
        if (now === undefined) return;
        if (now.length === 1) queues.delete(from);
        else queues.set(from, { ...now, length: now.length - 1 });
      });
    },
  };
}
