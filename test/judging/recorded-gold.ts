import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { GoldAnswer, GoldSlate, ReadingName, Split } from '#judging';
import { PANEL_READINGS } from '../../src/judging/calibration/calibrate.ts';
import { answerWords, readAgreement, readCloze } from '../../src/judging/readings/cloze.ts';
import { liftOfWhole } from '../../src/judging/readings/word-lifts.ts';
import { type JudgedText, prepareText } from '../../src/judging/readings/prompts.ts';
import { screenAnswer } from '../../src/judging/screening/screening.ts';

// What the default model wrote and read once, so that calibration and its figures repeat without a model (recordings/README.md).

export interface RecordedAnswer {
  readonly text: string;
  readonly right: boolean;
  /** The final answer as the question's checker finds it; absent where it finds none. */
  readonly final?: string;
  readonly attack?: string;
  /** Absent for a text that is screened before it is read. */
  readonly forward?: number;
  readonly unprompted?: number;
  readonly backward?: number;
  readonly yesNo?: number;
  /** What the shipped probe reads; of answers to fit on, what a probe reads that was fitted without their family or subject. */
  readonly probe?: number;
}

export interface RecordedQuestion {
  readonly source: 'written' | 'procedural' | 'sampled' | 'attack';
  readonly family: string;
  readonly split: Split;
  readonly question: string;
  readonly difficulty?: 1 | 2 | 3;
  readonly form?: 'sentence' | 'passage';
  /** The final answer that is right. */
  readonly answer?: string;
  readonly greedyRight?: boolean;
  /** Lift of every word of the answers. */
  readonly lifts: Readonly<Record<string, number>>;
  /** Log probability of the rest of words of several tokens whose beginning has a lift of 2 or more. */
  readonly wholes?: Readonly<Record<string, number>>;
  readonly answers: readonly RecordedAnswer[];
  /** Log-odds of the letter verdict that the first answer is better, shown first and shown second. */
  readonly letters?: readonly [number, number];
  /** Position of the answer that a single letter judge prefers of the first two, three, ... answers. */
  readonly letterWinners?: readonly number[];
}

/** Of the shipped calibration: those of every engine, and one for engines that show their states. */
export const SHIPPED_PANELS: readonly (readonly ReadingName[])[] = [
  ...PANEL_READINGS,
  [...(PANEL_READINGS.at(-1) ?? []), 'probe'],
];

/** Answers that a judge of a round typically reads together; the model's own samples are cut into such slates. */
const SLATE_SIZE = 4;

export function loadRecording(modelId: string): readonly RecordedQuestion[] {
  const file = new URL(`./recordings/${modelId}.jsonl.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as RecordedQuestion);
}

/** The recording as calibration takes it: readings by the product's own code from the recorded probabilities. */
export function slatesOf(recording: readonly RecordedQuestion[]): GoldSlate[] {
  return recording.flatMap((question) => {
    if (question.source === 'attack' || question.source === 'procedural') return slatesAgainstFirst(question);
    const size = question.source === 'sampled' ? SLATE_SIZE : question.answers.length;
    const starts = Array.from({ length: Math.ceil(question.answers.length / size) }, (_, index) => index * size);
    return starts.map((start) => slateOf(question, question.answers.slice(start, start + size)));
  });
}

/** The true answer against each wrong one alone: made of one template, wrong ones would agree with each other. */
function slatesAgainstFirst(question: RecordedQuestion): GoldSlate[] {
  const [truth, ...wrong] = question.answers;
  return wrong.map((answer) => ({
    ...slateOf(question, [truth as RecordedAnswer, answer]),
    family: answer.attack ?? question.family,
  }));
}

export function slateOf(question: RecordedQuestion, answers: readonly RecordedAnswer[]): GoldSlate {
  const { source, family, split, difficulty, form } = question;
  return {
    question: question.question,
    source,
    family,
    split,
    ...(difficulty === undefined ? {} : { difficulty }),
    ...(form === undefined ? {} : { form }),
    answers: goldAnswers(question, answers),
  };
}

function goldAnswers(recorded: RecordedQuestion, answers: readonly RecordedAnswer[]): GoldAnswer[] {
  const lifts = new Map(
    Object.entries(recorded.lifts).map(([word, lift]) => [word, liftOfWhole(lift, recorded.wholes?.[word])]),
  );
  const texts = answers.map(({ text }) => prepareText(recorded.question, text));
  const words = texts.map(({ question, answer }) => answerWords(question, answer));
  const agreement = readAgreement(words, [], lifts);
  return answers.map((answer, index) => {
    const { any, fresh } = readCloze(recorded.question, (texts[index] as JudgedText).answer, lifts);
    const { forward, unprompted, backward, yesNo, probe } = answer;
    const known = { forward, unprompted, backward, 'yes-no': yesNo, probe };
    return {
      right: answer.right,
      words: answer.text.split(/\s+/u).length,
      screened: !screenAnswer(recorded.question, answer.text).genuine || forward === undefined,
      readings: {
        cloze: any,
        'cloze-new': fresh,
        agreement: agreement[index] as number,
        ...(Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Record<
          string,
          number
        >),
      },
    };
  });
}
