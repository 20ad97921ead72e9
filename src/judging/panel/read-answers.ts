import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import type { Probe } from '../calibration/calibration.ts';
import type { PairReading, Reading, ReadingName } from '../judge.ts';
import { answerWords, readAgreement, readCloze } from '../readings/cloze.ts';
import { isAboutText, malformed, readLogOdds } from '../readings/probabilities.ts';
import {
  type JudgedText,
  forwardPrompt,
  letterPrompt,
  reasonedLetterPrompt,
  reasoningPrompt,
} from '../readings/prompts.ts';
import type { PairedReading, ScoredReading } from '../readings/reading.ts';
import { REASONING_TOKENS, definitionOf } from '../readings/registry.ts';
import { lookUpWords } from '../readings/word-lifts.ts';
import type { Work } from './work.ts';

/** Readings of different texts that answer one question; each text stands once. */
export interface TextReadings {
  /** By position of the text; a text that the model cannot read holds why. */
  readonly ofText: (Map<ReadingName, number> | Failure)[];
  readonly ofPair: PairReading[];
}

/** What the readings are made from. */
export interface ReadingTask {
  readonly question: string;
  readonly texts: readonly JudgedText[];
  /** How many of the answers have each text: agreement counts answers, not texts. */
  readonly copies: readonly number[];
  readonly others: readonly JudgedText[];
  /** Loaded only where it is read with. */
  readonly probe: () => Promise<Result<Probe, Failure>>;
}

export function startReadings({ texts }: ReadingTask): TextReadings {
  return { ofText: texts.map(() => new Map<ReadingName, number>()), ofPair: [] };
}

/** Makes the named readings, those of one text after each other, as far as they are not there yet. */
export async function makeReadings(
  work: Work,
  task: ReadingTask,
  names: readonly ReadingName[],
  made: TextReadings,
): Promise<Result<void, Failure>> {
  const has = (name: ReadingName): boolean =>
    made.ofPair.some((pair) => pair.name === name) || made.ofText.some((read) => read instanceof Map && read.has(name));
  const wanted = names.filter((name) => !has(name)).map((name) => definitionOf(name));
  if (wanted.some(({ kind }) => kind === 'looked-up')) {
    const looked = await lookUp(work, task, made);
    if (!looked.ok) return looked;
  }
  const scored = wanted.filter((reading): reading is ScoredReading => reading.kind === 'scored');
  for (const [position, text] of task.texts.entries())
    for (const reading of scored) {
      const refused = await scoreText(work, text, reading, position, made);
      if (refused !== undefined) return err(refused);
    }
  if (wanted.some(({ kind }) => kind === 'probed')) {
    const probed = await probeTexts(work, task, made);
    if (!probed.ok) return probed;
  }
  for (const reading of wanted.filter((one): one is PairedReading => one.kind === 'paired')) {
    const compared = await compareTexts(work, task, reading, made);
    if (!compared.ok) return compared;
  }
  return ok(undefined);
}

async function lookUp(work: Work, task: ReadingTask, made: TextReadings): Promise<Result<void, Failure>> {
  const { question, texts, copies, others } = task;
  const words = texts.map(({ answer }) => answerWords(question, answer));
  const otherWords = others.map(({ answer }) => answerWords(question, answer));
  const all = [...new Set([...words, ...otherWords].flat())];
  const found = await lookUpWords(work, question, all);
  if (!found.ok) return found;
  const { lifts } = found.value;
  // Every answer has its place, also where two have one text.
  const placed = words.flatMap((own, text) => Array.from({ length: copies[text] as number }, () => ({ own, text })));
  const agreement = readAgreement(
    placed.map(({ own }) => own),
    otherWords,
    lifts,
  );
  for (const text of words.keys()) {
    const readings = made.ofText[text];
    if (!(readings instanceof Map)) continue;
    const { any, fresh } = readCloze(question, (texts[text] as JudgedText).answer, lifts);
    readings.set('cloze', any).set('cloze-new', fresh);
    readings.set('agreement', agreement[placed.findIndex((place) => place.text === text)] as number);
  }
  return ok(undefined);
}

/** The failure of the engine, if it was its fault; a text that cannot be read is noted with it. */
async function scoreText(
  work: Work,
  text: JudgedText,
  { name, promptOf, read }: ScoredReading,
  position: number,
  made: TextReadings,
): Promise<Failure | undefined> {
  const readings = made.ofText[position];
  if (!(readings instanceof Map)) return undefined;
  const scores = await work.score(promptOf(text));
  const value = scores.ok ? read(scores.value) : scores;
  if (value.ok) readings.set(name, value.value);
  else if (isAboutText(value.error)) made.ofText[position] = value.error;
  else return value.error;
  return undefined;
}

async function probeTexts(work: Work, task: ReadingTask, made: TextReadings): Promise<Result<void, Failure>> {
  const probe = await task.probe();
  if (!probe.ok) return probe;
  const { layer, weights } = probe.value;
  for (const [position, text] of task.texts.entries()) {
    const readings = made.ofText[position];
    if (!(readings instanceof Map)) continue;
    const { prompt } = forwardPrompt(text);
    const states = await work.states({ prompt, continuation: text.answer, layer });
    const value = states.ok ? readStates(states.value, weights) : states;
    if (value.ok) readings.set('probe', value.value);
    else if (isAboutText(value.error)) made.ofText[position] = value.error;
    else return value;
  }
  return ok(undefined);
}

function readStates(
  { mean, last }: { readonly mean: Float32Array; readonly last: Float32Array },
  weights: readonly number[],
): Result<number, Failure> {
  if (mean.length + last.length !== weights.length) return err(failure('malformed', 'The probe is of another model.'));
  const weigh = (states: Float32Array, from: number): number =>
    states.reduce((sum, value, index) => sum + value * (weights[from + index] as number), 0);
  const value = weigh(mean, 0) + weigh(last, mean.length);
  return Number.isFinite(value) ? ok(value) : malformed;
}

async function compareTexts(
  work: Work,
  { question, texts }: ReadingTask,
  reading: PairedReading,
  made: TextReadings,
): Promise<Result<void, Failure>> {
  for (const [first, a] of texts.entries())
    for (let second = first + 1; second < texts.length; second++) {
      if (!(made.ofText[first] instanceof Map) || !(made.ofText[second] instanceof Map)) continue;
      const b = texts[second] as JudgedText;
      const forth = await nameOne(work, question, a.answer, b.answer, reading.reasons);
      if (!forth.ok) return forth;
      const back = await nameOne(work, question, b.answer, a.answer, reading.reasons);
      if (!back.ok) return back;
      made.ofPair.push({ name: reading.name, first, second, value: (forth.value - back.value) / 2 });
    }
  return ok(undefined);
}

/** Log-odds of the letter of the answer shown first. */
async function nameOne(
  work: Work,
  question: string,
  a: string,
  b: string,
  reasons: boolean,
): Promise<Result<number, Failure>> {
  let prompt = letterPrompt(question, a, b);
  if (reasons) {
    const thought = await work.write({ prompt: reasoningPrompt(question, a, b), maxTokens: REASONING_TOKENS });
    if (!thought.ok) return thought;
    prompt = reasonedLetterPrompt(question, a, b, thought.value.text.trim());
  }
  const scores = await work.score(prompt);
  return scores.ok ? readLogOdds(scores.value) : scores;
}

/** The readings of one text in the order of their names' first making. */
export function listReadings(read: ReadonlyMap<ReadingName, number>): Reading[] {
  return [...read].map(([name, value]) => ({ name, value }));
}
