import { type Failure, type Result, ok } from '#vocabulary';
import type { Scorer, TokenScores } from '#judging';

export type ScoreRequest = Parameters<Scorer['score']>[0];
type Scores = readonly TokenScores[];

export interface ScriptedScorer extends Scorer {
  readonly requests: readonly ScoreRequest[];
}

/** One token a character; how likely each is, and what Yes has over No, follows from the texts by fixed rules. */
export function createScriptedScorer(
  rules: {
    readonly perToken?: (text: string) => number;
    readonly yesOverNo?: (answer: string) => number;
    readonly reply?: (request: ScoreRequest, call: number) => Result<Scores, Failure> | undefined;
  } = {},
): ScriptedScorer {
  const { perToken = () => -1, yesOverNo = () => 0, reply = () => undefined } = rules;
  const requests: ScoreRequest[] = [];
  return {
    requests,
    score(request) {
      requests.push(request);
      const scripted = reply(request, requests.length - 1);
      if (scripted !== undefined) return Promise.resolve(scripted);
      request.onProgress?.(1, 2);
      const answer = request.prompt[1]?.content;
      if (answer !== undefined) {
        const yes = -Math.log1p(Math.exp(-yesOverNo(answer)));
        const no = -Math.log1p(Math.exp(yesOverNo(answer)));
        return Promise.resolve(ok([yes, no].map((value) => ({ tokens: [0], logProbabilities: [value] }))));
      }
      return Promise.resolve(
        ok(
          request.continuations.map(({ text, ends }) => {
            const tokens = [...text].map((character) => character.codePointAt(0) as number).concat(ends ? [0] : []);
            return { tokens, logProbabilities: tokens.map(() => perToken(text)) };
          }),
        ),
      );
    },
  };
}
