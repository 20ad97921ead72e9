import { type Failure, type Result, ok } from '#vocabulary';
import type { FirstTokenScores, Scorer, ScorerPrompt, TokenScores } from '#judging';

export type ScoreRequest = Parameters<Scorer['score']>[0];
export type PredictRequest = Parameters<Scorer['predict']>[0];
type Scores = readonly TokenScores[];

export interface ScriptedScorer extends Scorer {
  readonly requests: readonly ScoreRequest[];
  readonly predictions: readonly PredictRequest[];
  /** Requests for what is left of words after their beginning. */
  readonly wholes: readonly ScoreRequest[];
}

export interface ScorerRules {
  /** Log probability a character of a text, as the reply to a question or to none. */
  readonly perToken?: (text: string) => number;
  readonly yesOverNo?: (answer: string) => number;
  /** Log-odds of the letter of the answer shown first, by the whole comparison. */
  readonly firstOverSecond?: (comparison: string) => number;
  /** How much likelier a word is as a short answer than without the question. */
  readonly lift?: (word: string) => number;
  /** Log probability a character of a short answer after its first. */
  readonly restOf?: (word: string) => number;
  readonly whole?: (request: ScoreRequest) => Result<Scores, Failure> | undefined;
  readonly reply?: (request: ScoreRequest, call: number) => Result<Scores, Failure> | undefined;
  readonly predicted?: (request: PredictRequest, call: number) => Result<FirstTokenScores, Failure> | undefined;
}

export const messagesOf = (prompt: ScorerPrompt): readonly { readonly content: string }[] =>
  'plain' in prompt ? [{ content: prompt.plain }] : prompt;

/** One token a character; how likely each is, and what is preferred to what, follows from the texts by fixed rules. */
export function createScriptedScorer(rules: ScorerRules = {}): ScriptedScorer {
  const { perToken = () => -1, yesOverNo = () => 0, firstOverSecond = () => 0, lift = () => 0 } = rules;
  const requests: ScoreRequest[] = [];
  const predictions: PredictRequest[] = [];
  const wholes: ScoreRequest[] = [];
  const odds = (first: number): Scores =>
    [-Math.log1p(Math.exp(-first)), -Math.log1p(Math.exp(first))].map((value) => ({
      tokens: [0],
      logProbabilities: [value],
      evaluatedTokens: 1,
    }));
  return {
    requests,
    predictions,
    wholes,
    countTokens: (text) => ok(text.length),
    score(request) {
      if (isShortAnswer(request)) {
        wholes.push(request);
        return Promise.resolve(rules.whole?.(request) ?? ok(scoreWords(request, rules)));
      }
      requests.push(request);
      const scripted = rules.reply?.(request, requests.length - 1);
      if (scripted !== undefined) return Promise.resolve(scripted);
      request.onProgress?.(1, 2);
      const [first, second] = messagesOf(request.prompt);
      const [continuation] = request.continuations;
      if (continuation?.text === 'Yes') return Promise.resolve(ok(odds(yesOverNo(second?.content ?? ''))));
      if (continuation?.text === 'A') return Promise.resolve(ok(odds(firstOverSecond(first?.content ?? ''))));
      return Promise.resolve(
        ok(
          request.continuations.map(({ text, ends }) => {
            const tokens = [...text].map((character) => character.codePointAt(0) as number).concat(ends ? [0] : []);
            return { tokens, logProbabilities: tokens.map(() => perToken(text)), evaluatedTokens: tokens.length };
          }),
        ),
      );
    },
    predict(request) {
      predictions.push(request);
      const scripted = rules.predicted?.(request, predictions.length - 1);
      if (scripted !== undefined) return Promise.resolve(scripted);
      const isBare = messagesOf(request.prompt)[0]?.content.trimEnd().endsWith('Question: ?\nAnswer:') === true;
      const logProbabilities = request.candidates.map((word) => -12 + (isBare ? 0 : lift(word.trim())));
      return Promise.resolve(ok({ logProbabilities, floor: -16, evaluatedTokens: 10 }));
    },
  };
}

const isShortAnswer = ({ prompt }: ScoreRequest): boolean =>
  'plain' in prompt && prompt.plain.trimEnd().endsWith('\nAnswer:');

function scoreWords({ continuations }: ScoreRequest, { restOf = () => 0 }: ScorerRules): Scores {
  return continuations.map(({ text }) => {
    const tokens = [...text].map((character) => character.codePointAt(0) as number);
    const logProbabilities = tokens.map((_, index) => (index === 0 ? -1 : restOf(text.trim())));
    return { tokens, logProbabilities, evaluatedTokens: 0 };
  });
}
