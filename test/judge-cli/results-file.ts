import * as v from 'valibot';
import type { Failure, Result } from '#vocabulary';
import { type KeptFile, type KeptOptions, openKept } from './kept-file.ts';
import type { PairResult } from './pair-result.ts';

/** Results by the key of their pair. */
export type ResultsFile = KeptFile<PairResult>;

const Line = v.object({
  pair: v.string(),
  result: v.union([
    v.object({ failed: v.string() }),
    v.object({
      logOdds: v.pipe(v.number(), v.finite()),
      readings: v.record(v.string(), v.pipe(v.number(), v.finite())),
      screened: v.object({ better: v.optional(v.string()), worse: v.optional(v.string()) }),
      tokens: v.number(),
      ms: v.number(),
    }),
  ]),
});

/** Opens the file, or begins it; its plan is one of model, engine, readings and calibration. */
export function openResults(options: KeptOptions): Result<ResultsFile, Failure> {
  return openKept<PairResult>(options, {
    mark: 'peerageJudge',
    write: (pair, result) => ({ pair, result }),
    read(line) {
      const { success, output } = v.safeParse(Line, line);
      return success ? [output.pair, output.result as PairResult] : undefined;
    },
    remedy: 'Name another file with --resume.',
    otherPlan: 'another model, other readings or another calibration',
  });
}
