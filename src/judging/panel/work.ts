import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import type { FirstTokenScores, JudgeRequest, Reasoner, Scorer, StateReader } from '../judge.ts';

/** The engine's part of judging, with all that one judgement asks of it: abort, progress and the count of tokens. */
export interface Work {
  readonly score: Scorer['score'];
  readonly predict: Scorer['predict'];
  readonly countTokens: Scorer['countTokens'];
  readonly write: Reasoner['write'];
  readonly states: StateReader['states'];
  evaluatedTokens(): number;
}

export interface Engines {
  readonly scorer: Scorer;
  readonly reasoner?: Reasoner;
  readonly stateReader?: StateReader;
}

/** `expectedTokens` is what the work is thought to take; progress stays below 1 until the judgement itself says so. */
export function createWork(
  engines: Engines,
  expectedTokens: number,
  signal: AbortSignal | undefined,
  onProgress: JudgeRequest['onProgress'],
): Work {
  let evaluated = 0;
  let shown = 0;
  const isAborted = (): boolean => signal?.aborted === true;
  const stop = signal === undefined ? {} : { signal };
  const report = (tokens: number): void => {
    shown = Math.max(shown, Math.min(0.99, tokens / Math.max(1, expectedTokens)));
    onProgress?.(shown);
  };
  const counted = async <T>(
    ask: () => Promise<Result<T, Failure>>,
    tokensOf: (value: T) => number,
  ): Promise<Result<T, Failure>> => {
    if (isAborted()) return aborted;
    const answer = await ask();
    if (isAborted()) return aborted;
    if (!answer.ok) return answer;
    evaluated += tokensOf(answer.value);
    report(evaluated);
    return ok(answer.value);
  };
  const ownTokens = ({ evaluatedTokens }: Pick<FirstTokenScores, 'evaluatedTokens'>): number => evaluatedTokens;
  return {
    score: (request) =>
      counted(
        () => engines.scorer.score({ ...request, ...stop, onProgress: (done) => report(evaluated + done) }),
        (scores) => scores.reduce((sum, { evaluatedTokens }) => sum + evaluatedTokens, 0),
      ),
    predict: (request) => counted(() => engines.scorer.predict({ ...request, ...stop }), ownTokens),
    countTokens: (text) => engines.scorer.countTokens(text),
    write: (request) =>
      counted(() => engines.reasoner?.write({ ...request, ...stop }) ?? Promise.resolve(lacking('writing')), ownTokens),
    states: (request) =>
      counted(
        () => engines.stateReader?.states({ ...request, ...stop }) ?? Promise.resolve(lacking('states')),
        ownTokens,
      ),
    evaluatedTokens: () => evaluated,
  };
}

const aborted = err(failure('aborted', 'Judging was stopped.'));

function lacking(what: string): { ok: false; error: Failure } {
  return err(
    failure('engine-lacks', `This engine offers no ${what}, which a reading needs.`, 'Leave the reading out.'),
  );
}
