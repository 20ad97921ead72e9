import type { GoldItem, GoldSlate } from '#judging';
import { createSeededRandom } from '#vocabulary';
import type { MeasuredItem } from './measured-item.ts';

/** An item as a tab might measure it: right answers read higher, more or less. */
export function measuredItem(item: GoldItem, { lead = 2 }: { readonly lead?: number } = {}): MeasuredItem {
  const { id, question, source, family, split, difficulty } = item;
  const random = createSeededRandom(id);
  const rights = item.source === 'sampled' ? [true, false, false, true] : [true, ...item.wrong.map(() => false)];
  const slate: GoldSlate = {
    question,
    source,
    family,
    split,
    difficulty,
    answers: rights.map((right) => {
      const value = (): number => random.next() * 4 + (right ? lead : 0);
      return {
        right,
        words: right ? 6 : 12,
        screened: false,
        readings: { cloze: value(), 'cloze-new': value(), agreement: value(), forward: value() },
      };
    }),
  };
  return { id, slates: [slate], tokens: 100, ms: 2_000 };
}
