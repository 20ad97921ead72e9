import type { Split } from '../calibration/gold.ts';

/** A true and a false answer to one question, written and checked by people. */
export interface WrittenPair {
  readonly id: string;
  readonly difficulty: 1 | 2 | 3;
  readonly form: 'sentence' | 'passage';
  readonly question: string;
  readonly better: string;
  readonly worse: string;
}

interface WrittenSubject {
  readonly subject: string;
  readonly pairs: readonly WrittenPair[];
}

/** In alphabetical order. Fetched only where something is measured: they would be a good part of the page. */
const SUBJECTS: readonly (() => Promise<{ readonly default: unknown }>)[] = [
  () => import('./written/astronomy.json', { with: { type: 'json' } }),
  () => import('./written/biology.json', { with: { type: 'json' } }),
  () => import('./written/chemistry.json', { with: { type: 'json' } }),
  () => import('./written/computing.json', { with: { type: 'json' } }),
  () => import('./written/economics.json', { with: { type: 'json' } }),
  () => import('./written/everyday.json', { with: { type: 'json' } }),
  () => import('./written/geography.json', { with: { type: 'json' } }),
  () => import('./written/health.json', { with: { type: 'json' } }),
  () => import('./written/history.json', { with: { type: 'json' } }),
  () => import('./written/language.json', { with: { type: 'json' } }),
  () => import('./written/mathematics.json', { with: { type: 'json' } }),
  () => import('./written/physics.json', { with: { type: 'json' } }),
];

export interface SplitPair extends WrittenPair {
  readonly subject: string;
  readonly split: Split;
}

/** Every written pair with its split: subjects take turns, so that no subject is both fitted on and told of. */
export async function loadWrittenPairs(): Promise<readonly SplitPair[]> {
  const loaded = await Promise.all(SUBJECTS.map((load) => load()));
  return loaded.flatMap(({ default: data }, index) => {
    const { subject, pairs } = data as WrittenSubject;
    return pairs.map((pair) => ({ ...pair, subject, split: index % 2 === 0 ? 'fit' : 'held-out' }) as const);
  });
}
