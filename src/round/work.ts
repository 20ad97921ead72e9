/** The two things a participant computes, performed on an engine and a judge and reported as they advance. */
import {
  type Canonical,
  type Clock,
  type Failure,
  type Random,
  type RecordId,
  type Result,
  type RoundId,
  encodeCanonical,
  err,
  ok,
} from '#vocabulary';
import type { Engine } from '#inference';
import type { Judge, Judgement } from '#judging';
import type { SealedBallot } from '#reputation';
import { SALT_BYTES } from './commitment.ts';
import { MAX_ANSWER_BYTES, MAX_SEALED_BALLOT_BYTES, TOP_P } from './constants.ts';
import type { WrittenAnswer } from './participant-state.ts';

export interface WriteOptions {
  readonly question: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly signal: AbortSignal;
  readonly onText: (text: string, tokens: number) => void;
}

/** Writes an answer; `onText` receives the whole text so far with every token. */
export async function writeAnswer(
  ports: { readonly engine: Engine; readonly clock: Clock; readonly random: Random },
  options: WriteOptions,
): Promise<Result<WrittenAnswer, Failure>> {
  const startedAtMs = ports.clock.now();
  let written = '';
  let text = '';
  let tokens = 0;
  const stream = ports.engine.generate({
    messages: [{ role: 'user', content: options.question }],
    maxTokens: options.maxTokens,
    temperature: options.temperature,
    topP: TOP_P,
    seed: Math.floor(ports.random.next() * 2 ** 31),
    signal: options.signal,
  });
  for await (const event of stream) {
    if (event.type === 'error') return err(event.error);
    if (event.type === 'end') {
      if (event.reason === 'aborted') return err({ type: 'aborted', message: 'The answer was stopped.' });
      tokens = event.tokens;
      if (event.reason === 'length') text = endAtSentence(text);
      break;
    }
    written += event.text;
    text = cutToBytes(written, MAX_ANSWER_BYTES);
    tokens = event.tokens;
    options.onText(text, tokens);
  }
  const ms = Math.round(ports.clock.now() - startedAtMs);
  return ok({ text: text.trim(), tokens, ms, salt: ports.random.bytes(SALT_BYTES) });
}

/** The longest beginning of a text that takes at most so many bytes in UTF-8, without half a character. */
export function cutToBytes(text: string, maxBytes: number): string {
  // No character takes more than three bytes for each of its UTF-16 units.
  if (text.length * 3 <= maxBytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}

export interface BallotContext {
  readonly round: RoundId;
  readonly model: string;
  readonly calibration: string;
  readonly question: string;
  readonly answers: readonly { readonly commit: RecordId; readonly text: string }[];
  readonly others: readonly string[];
  readonly salt: Uint8Array;
}

/** Judges the assigned answers and puts the verdicts into a ballot, ready to be committed to. */
export async function judgeAnswers(
  judge: Judge,
  context: BallotContext,
  options: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
): Promise<Result<SealedBallot, Failure>> {
  const judged = await judge.judge({
    question: context.question,
    answers: context.answers.map((answer) => answer.text),
    others: context.others,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  return judged.ok ? ok(shortenBallot(sealBallot(context, judged.value))) : judged;
}

function sealBallot(context: BallotContext, judgement: Judgement): SealedBallot {
  return {
    round: context.round,
    salt: context.salt,
    model: context.model,
    calibration: context.calibration,
    answers: context.answers.map((answer) => answer.commit),
    screened: judgement.answers.flatMap((answer, index) => (answer.screening.genuine ? [] : [index])),
    readings: judgement.answers.map((answer) => answer.readings.map(({ name, value }) => ({ name, value }))),
    votes: judgement.verdicts.map(({ first, second, logOdds, weight, contributions }) => ({
      first,
      second,
      logOdds,
      weight,
      contributions: contributions.map(({ name, logOdds: share }) => ({ name, logOdds: share })),
    })),
  };
}

/** Votes count, what they are made of only explains: a ballot too large to be passed on goes without it. */
function shortenBallot(ballot: SealedBallot): SealedBallot {
  if (encodeCanonical(ballot as unknown as Canonical).length <= MAX_SEALED_BALLOT_BYTES) return ballot;
  return {
    ...ballot,
    readings: ballot.readings.map(() => []),
    votes: ballot.votes.map((vote) => ({ ...vote, contributions: [] })),
  };
}

/** An answer cut by its token limit ends after its last whole sentence, if that keeps half of it. Code is left as it is. */
export function endAtSentence(text: string): string {
  const end = [...text.matchAll(/[.!?…][)"'”’»\]]*(?=\s)|[。！？]/gu)].at(-1);
  if (end === undefined || text.includes('```')) return text;
  const whole = text.slice(0, end.index + end[0].length);
  return whole.length * 2 >= text.length ? whole : text;
}
