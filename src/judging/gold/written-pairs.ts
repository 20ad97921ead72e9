import type { Split } from '../calibration/gold.ts';
import astronomy from './written/astronomy.json' with { type: 'json' };
import biology from './written/biology.json' with { type: 'json' };
import chemistry from './written/chemistry.json' with { type: 'json' };
import computing from './written/computing.json' with { type: 'json' };
import economics from './written/economics.json' with { type: 'json' };
import everyday from './written/everyday.json' with { type: 'json' };
import geography from './written/geography.json' with { type: 'json' };
import health from './written/health.json' with { type: 'json' };
import history from './written/history.json' with { type: 'json' };
import language from './written/language.json' with { type: 'json' };
import mathematics from './written/mathematics.json' with { type: 'json' };
import physics from './written/physics.json' with { type: 'json' };

/** A true and a false answer to one question, written and checked by people. */
export interface WrittenPair {
  readonly id: string;
  readonly subject: string;
  readonly split: Split;
  readonly difficulty: 1 | 2 | 3;
  readonly form: 'sentence' | 'passage';
  readonly question: string;
  readonly better: string;
  readonly worse: string;
}

interface WrittenSubject {
  readonly subject: string;
  readonly pairs: readonly Omit<WrittenPair, 'subject' | 'split'>[];
}

/** In alphabetical order. */
const SUBJECTS = [
  astronomy,
  biology,
  chemistry,
  computing,
  economics,
  everyday,
  geography,
  health,
  history,
  language,
  mathematics,
  physics,
] as readonly unknown[] as readonly WrittenSubject[];

/** Every written pair with its split: subjects take turns, so that no subject is both fitted on and told of. */
export const writtenPairs: readonly WrittenPair[] = SUBJECTS.flatMap(({ subject, pairs }, index) =>
  pairs.map((pair): WrittenPair => ({ ...pair, subject, split: index % 2 === 0 ? 'fit' : 'held-out' })),
);
