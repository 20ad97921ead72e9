import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import type { Calibration, Panel } from '../calibration/calibration.ts';
import { probeOf } from '../calibration/catalogue.ts';
import type { Judge, JudgeError, JudgeRequest, JudgedAnswer, Judgement, PairReading } from '../judge.ts';
import { type JudgedText, prepareText } from '../readings/prompts.ts';
import type { TokenCounts } from '../readings/reading.ts';
import { screenAnswer } from '../screening/screening.ts';
import { type Comparison, comparePairs } from './panel.ts';
import { affordablePanels, isClear, readablePanels, readingsOf, tokensOfPanel } from './plan.ts';
import { type ReadingTask, type TextReadings, listReadings, makeReadings, startReadings } from './read-answers.ts';
import { type Engines, createWork } from './work.ts';

export interface PanelOptions extends Engines {
  /** Of the model behind the scorer: `calibrationOf(modelId)`. */
  readonly calibration: Calibration;
}

/** A judge that reads one model's probabilities; see README.md. */
export function createJudge(options: PanelOptions): Judge {
  return { judge: (request) => judgeAnswers(options, request) };
}

async function judgeAnswers(options: PanelOptions, request: JudgeRequest): Promise<Result<Judgement, JudgeError>> {
  const { question, answers, signal, onProgress, budgetTokens = Number.POSITIVE_INFINITY } = request;
  if (answers.length < 2)
    return err(failure('too-few-answers', `Judging compares answers; there are ${answers.length}.`));
  const slate = prepareSlate(request, options.calibration);
  const counts = countTokens(options, question, slate.task.texts);
  const readable = readablePanels(options.calibration, options);
  const panels = affordablePanels(readable, counts, budgetTokens);
  const dearest = panels.at(-1) as Panel;
  const work = createWork(options, tokensOfPanel(dearest, counts), signal, onProgress);

  const made = startReadings(slate.task);
  let comparison = compareSlate(slate, made, dearest);
  let stopped: Judgement['stopped'] = 'complete';
  for (const panel of slate.task.texts.length === 0 ? [] : panels) {
    const problem = await makeReadings(work, slate.task, readingsOf(panel), made);
    if (!problem.ok) return failed(problem.error);
    // One text may be beyond a model; where it can read none, the model is at fault and its votes would say nothing.
    const refusal = made.ofText.find((read) => !(read instanceof Map));
    if (refusal !== undefined && made.ofText.every((read) => !(read instanceof Map))) return failed(refusal as Failure);
    comparison = compareSlate(slate, made, panel);
    if (panel !== dearest && isClear(comparison.verdicts)) {
      stopped = 'clear';
      break;
    }
  }
  if (stopped === 'complete' && panels.length < readable.length) stopped = 'budget';
  if (comparison.verdicts.length === 0) return err(comparison.failures[0] as JudgeError);
  onProgress?.(1);
  return ok({
    answers: comparison.judged,
    pairs: comparison.pairs,
    verdicts: comparison.verdicts,
    evaluatedTokens: work.evaluatedTokens(),
    stopped,
  });
}

/** The answers, and which different texts have to be read for them. */
interface Slate {
  readonly task: ReadingTask;
  readonly screenings: readonly JudgedAnswer['screening'][];
  /** Position of each answer's text among those to read; -1 for what is not read. */
  readonly textOf: readonly number[];
}

function prepareSlate({ question, answers, others = [] }: JudgeRequest, calibration: Calibration): Slate {
  const screenings = answers.map((answer) => screenAnswer(question, answer));
  const prepared = answers.map((answer) => prepareText(question, answer));
  const genuine = prepared.filter((_, position) => screenings[position]?.genuine === true);
  // Against screened answers a lone genuine one wins unread.
  const texts = [...new Map((genuine.length < 2 ? [] : genuine).map((text) => [keyOf(text), text])).values()];
  const keys = texts.map(keyOf);
  const textOf = prepared.map((text, position) =>
    screenings[position]?.genuine === true ? keys.indexOf(keyOf(text)) : -1,
  );
  const otherTexts = others.filter((other) => screenAnswer(question, other).genuine);
  return {
    screenings,
    textOf,
    task: {
      question: prepared[0]?.question ?? '',
      texts,
      copies: texts.map((_, text) => textOf.filter((place) => place === text).length),
      others: otherTexts.map((other) => prepareText(question, other)),
      probe: () => probeOf(calibration),
    },
  };
}

/** Equal texts are read once; a cut one is read without its end mark, so that it is another text. */
const keyOf = ({ answer, answerCapped }: JudgedText): string => `${answerCapped ? 'cut' : 'whole'}:${answer}`;

interface SlateComparison extends Comparison {
  readonly judged: readonly JudgedAnswer[];
  readonly pairs: readonly PairReading[];
}

function compareSlate({ screenings, textOf }: Slate, made: TextReadings, { weights }: Panel): SlateComparison {
  const judged = screenings.map((screening, position): JudgedAnswer => {
    const read = made.ofText[textOf[position] as number];
    if (read === undefined) return { screening, readings: [] };
    if (!(read instanceof Map)) return { screening: { genuine: false, reason: 'unreadable' }, readings: [] };
    return { screening, readings: listReadings(read) };
  });
  const pairs = pairReadings(textOf, made.ofPair);
  return { judged, pairs, ...comparePairs(judged, pairs, weights) };
}

/** Readings of pairs of texts, as readings of pairs of answers. */
function pairReadings(textOf: readonly number[], ofPair: readonly PairReading[]): PairReading[] {
  return ofPair.length === 0
    ? []
    : textOf.flatMap((a, first) =>
        textOf.slice(first + 1).flatMap((b, offset) => {
          const place = { first, second: first + 1 + offset };
          if (a < 0 || b < 0) return [];
          if (a === b)
            return [...new Set(ofPair.map(({ name }) => name))].map((name) => ({ name, ...place, value: 0 }));
          return ofPair
            .filter((pair) => pair.first === Math.min(a, b) && pair.second === Math.max(a, b))
            .map(({ name, value }) => ({ name, ...place, value: a < b ? value : -value }));
        }),
      );
}

/** By the model's own count, or, should it have none, the most there can be. */
function countTokens({ scorer }: PanelOptions, question: string, texts: readonly JudgedText[]): TokenCounts {
  const count = (text: string): number => {
    const counted = scorer.countTokens(text);
    return counted.ok ? counted.value : new TextEncoder().encode(text).length;
  };
  return { question: count(texts[0]?.question ?? question), answers: texts.map(({ answer }) => count(answer)) };
}

function failed({ type, message, remedy }: Failure): { ok: false; error: JudgeError } {
  return err(failure(type === 'aborted' ? 'aborted' : 'scorer-failed', message, remedy));
}
