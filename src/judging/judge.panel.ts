import { type Result, err, failure, ok } from '#vocabulary';
import type { Calibration } from './calibration.ts';
import type { Judge, JudgeError, JudgeRequest, JudgedAnswer, Judgement, Reading, Scorer } from './judge.ts';
import { comparePairs } from './panel.ts';
import { type JudgedText, type ReadingPrompt, forwardPrompt, prepareText, yesNoPrompt } from './prompts.ts';
import { readForward, readYesNo } from './readings.ts';
import { screenAnswer } from './screening.ts';

export interface PanelOptions {
  readonly scorer: Scorer;
  /** Of the model behind the scorer: `calibrationOf(modelId)`. */
  readonly calibration: Calibration;
}

/** Both readings of one answer follow each other, so that the second finds the first one's computation still cached. */
const READINGS = [
  { promptOf: forwardPrompt, read: readForward },
  { promptOf: yesNoPrompt, read: readYesNo },
] as const;

/** A judge that reads one model's probabilities; see README.md. */
export function createJudge(options: PanelOptions): Judge {
  return { judge: (request) => judgeAnswers(options, request) };
}

async function judgeAnswers(
  { scorer, calibration }: PanelOptions,
  request: JudgeRequest,
): Promise<Result<Judgement, JudgeError>> {
  const { question, answers, signal, onProgress } = request;
  if (answers.length < 2)
    return err(failure('too-few-answers', `Judging compares answers; there are ${answers.length}.`));
  const screenings = answers.map((answer) => screenAnswer(question, answer));
  const texts = answers.map((answer) => prepareText(question, answer));
  const genuine = texts.filter((_, position) => screenings[position]?.genuine === true);
  // Against screened answers a lone genuine one wins unread.
  const toRead = new Map(genuine.length < 2 ? [] : genuine.map((text) => [keyOf(text), text]));

  const work = createWork(scorer, toRead.size * READINGS.length, signal, onProgress);
  const readingsByText = new Map<string, readonly Reading[]>();
  for (const [key, text] of toRead) {
    const readings = await readAnswer(work, text);
    if (!readings.ok) return readings;
    readingsByText.set(key, readings.value);
  }
  onProgress?.(1);

  const judged = screenings.map((screening, position): JudgedAnswer => ({
    screening,
    readings: (screening.genuine && readingsByText.get(keyOf(texts[position] as JudgedText))) || [],
  }));
  const verdicts = comparePairs(judged, calibration);
  return ok({ answers: judged, verdicts, evaluatedTokens: work.evaluatedTokens() });
}

/** Equal texts are read once; a cut one is read without its end mark, so that it is another text. */
const keyOf = ({ answer, answerCapped }: JudgedText): string => `${answerCapped ? 'cut' : 'whole'}:${answer}`;

async function readAnswer(work: Work, text: JudgedText): Promise<Result<readonly Reading[], JudgeError>> {
  const readings: Reading[] = [];
  for (const { promptOf, read } of READINGS) {
    const scores = await work.score(promptOf(text));
    if (!scores.ok) return scores;
    const reading = read(scores.value);
    if (!reading.ok) return reading;
    readings.push(reading.value);
  }
  return ok(readings);
}

type Scores = readonly { readonly tokens: readonly number[]; readonly logProbabilities: readonly number[] }[];

/** One judgement's requests to the scorer: abort, progress and the count of what was read. */
interface Work {
  score(prompt: ReadingPrompt): Promise<Result<Scores, JudgeError>>;
  evaluatedTokens(): number;
}

function createWork(
  scorer: Scorer,
  requestCount: number,
  signal: AbortSignal | undefined,
  onProgress: JudgeRequest['onProgress'],
): Work {
  const isAborted = (): boolean => signal?.aborted === true;
  const aborted = (): { ok: false; error: JudgeError } => err(failure('aborted', 'Judging was stopped.'));
  let requestsDone = 0;
  let evaluatedTokens = 0;
  return {
    async score(prompt) {
      if (isAborted()) return aborted();
      const scores = await scorer.score({
        ...prompt,
        ...(signal === undefined ? {} : { signal }),
        onProgress: (tokensDone, tokensTotal) => {
          const share = tokensTotal > 0 ? Math.min(1, tokensDone / tokensTotal) : 0;
          onProgress?.((requestsDone + share) / requestCount);
        },
      });
      if (isAborted()) return aborted();
      if (!scores.ok) return err(failure('scorer-failed', scores.error.message, scores.error.remedy));
      requestsDone += 1;
      onProgress?.(requestsDone / requestCount);
      evaluatedTokens += scores.value.reduce((sum, { logProbabilities }) => sum + logProbabilities.length, 0);
      return scores;
    },
    evaluatedTokens: () => evaluatedTokens,
  };
}
