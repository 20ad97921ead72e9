import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import type { Calibration } from '../calibration/calibration.ts';
import type {
  Judge,
  JudgeError,
  JudgeRequest,
  JudgedAnswer,
  Judgement,
  Reading,
  Scorer,
  TokenScores,
} from '../judge.ts';
import { comparePairs } from './panel.ts';
import { type JudgedText, type ReadingPrompt, forwardPrompt, prepareText, yesNoPrompt } from '../readings/prompts.ts';
import { readForward, readYesNo } from '../readings/probabilities.ts';
import { screenAnswer } from '../screening/screening.ts';

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
  const readByKey = new Map<string, ReadAnswer>();
  for (const [key, text] of toRead) {
    const read = await readAnswer(work, text);
    if (!read.ok) return read;
    readByKey.set(key, read.value);
  }
  const refusals = [...readByKey.values()].filter((read) => 'refusal' in read);
  // One text may be beyond a model; where it can read none, the model is at fault and its votes would say nothing.
  const refusal = refusals.length === toRead.size ? refusals[0]?.refusal : undefined;
  if (refusal !== undefined) return failed(refusal);
  onProgress?.(1);

  const judged = screenings.map((screening, position): JudgedAnswer => {
    const read = screening.genuine ? readByKey.get(keyOf(texts[position] as JudgedText)) : undefined;
    if (read === undefined) return { screening, readings: [] };
    if ('refusal' in read) return { screening: { genuine: false, reason: 'unreadable' }, readings: [] };
    return { screening, readings: read.readings };
  });
  const verdicts = comparePairs(judged, calibration);
  return ok({ answers: judged, verdicts, evaluatedTokens: work.evaluatedTokens() });
}

/** Equal texts are read once; a cut one is read without its end mark, so that it is another text. */
const keyOf = ({ answer, answerCapped }: JudgedText): string => `${answerCapped ? 'cut' : 'whole'}:${answer}`;

type ReadAnswer = { readonly readings: readonly Reading[] } | { readonly refusal: Failure };

async function readAnswer(work: Work, text: JudgedText): Promise<Result<ReadAnswer, JudgeError>> {
  const readings: Reading[] = [];
  for (const { promptOf, read } of READINGS) {
    const scores = await work.score(promptOf(text));
    const reading = scores.ok ? read(scores.value) : scores;
    if (reading.ok) readings.push(reading.value);
    else return isAboutText(reading.error) ? ok({ refusal: reading.error }) : failed(reading.error);
  }
  return ok({ readings });
}

function isAboutText({ type }: Failure): boolean {
  return type === 'unreadable' || type === 'unsupported' || type === 'context-overflow';
}

function failed({ type, message, remedy }: Failure): { ok: false; error: JudgeError } {
  return err(failure(type === 'aborted' ? 'aborted' : 'scorer-failed', message, remedy));
}

/** One judgement's requests to the scorer: abort, progress and the count of what was read. */
interface Work {
  score(prompt: ReadingPrompt): Promise<Result<readonly TokenScores[], Failure>>;
  evaluatedTokens(): number;
}

function createWork(
  scorer: Scorer,
  requestCount: number,
  signal: AbortSignal | undefined,
  onProgress: JudgeRequest['onProgress'],
): Work {
  const isAborted = (): boolean => signal?.aborted === true;
  const aborted = (): { ok: false; error: Failure } => err(failure('aborted', 'Judging was stopped.'));
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
      if (!scores.ok) return scores;
      requestsDone += 1;
      onProgress?.(requestsDone / requestCount);
      evaluatedTokens += scores.value.reduce((sum, { logProbabilities }) => sum + logProbabilities.length, 0);
      return scores;
    },
    evaluatedTokens: () => evaluatedTokens,
  };
}
