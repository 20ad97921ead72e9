import { type GoldSlate, defaultCalibration } from '#judging';
import { judgedPairs } from '../../../src/judging/calibration/calibrate.ts';
import { fitPanel } from '../../../src/judging/calibration/fit-panel.ts';
import { type GoldPair, pairsOf } from '../../../src/judging/calibration/gold.ts';
import { type PairFigures, type Proportion, figuresOf, proportion } from '../../../src/judging/calibration/metrics.ts';
import { readablePanels } from '../../../src/judging/panel/plan.ts';
import { attackFamilies } from '../../../src/judging/gold/attack-families.ts';
import { compareLengths } from '../../judge-cli/length-class.ts';
import { type RecordedQuestion, slatesOf } from '../../judging/recorded-gold.ts';
import type { BenchRow } from '../bench-row.ts';

type Report = (line: string) => void;

/** Accuracy and calibration of the panel on pairs held out, beside each reading alone and the letter verdict. */
export function measureHeldOutPairs(recording: readonly RecordedQuestion[], report: Report): BenchRow[] {
  const slates = slatesOf(recording);
  const held = pairsOf(slates.filter(({ split }) => split === 'held-out'));
  const panel = panelFigures(held);
  const withStates = panelFigures(held, defaultCalibration.panels.at(-1));
  const forward = alone(slates, 'forward');
  const probe = alone(slates, 'probe');
  const sentences = held.filter(({ slate }) => slate.form === 'sentence');
  const passages = held.filter(({ slate }) => slate.form === 'passage');
  const sampled = held.filter(({ slate }) => slate.source === 'sampled');
  printReadings(slates, report);
  printBreakdown(held, report);
  const letters = (form: string): Proportion =>
    letterAccuracy(recording.filter((question) => question.split === 'held-out' && question.form === form));
  return [
    accuracyRow(
      'one-sentence pairs, against the letter in both orders',
      panel(sentences),
      letters('sentence').share,
      0.9,
    ),
    accuracyRow('pairs of two to four sentences, against the letter', panel(passages), letters('passage').share, 0.85),
    accuracyRow(
      "pairs of the model's own answers, against forward alone",
      panel(sampled),
      forward(sampled).accuracy.share,
      0.8,
    ),
    leadRow(
      "pairs of the model's own answers by the probe alone, against forward alone",
      probe(sampled),
      forward(sampled),
    ),
    leadRow('all pairs held out by the panel with states, against the one without', withStates(held), panel(held)),
    leadRow(
      "pairs of the model's own answers by the panel with states, against the one without",
      withStates(sampled),
      panel(sampled),
    ),
    ...attackFamilies.map((family) => {
      const attacked = held.filter(({ slate }) => slate.source === 'attack' && slate.family === family);
      return accuracyRow(
        `true answer over ${family}, against forward alone`,
        panel(attacked),
        forward(attacked).accuracy.share,
        0.95,
      );
    }),
    errorRow('calibration error of all pairs held out, against forward alone', panel(held), forward(held)),
    errorRow("calibration error of the model's own answers, against forward alone", panel(sampled), forward(sampled)),
  ];
}

type Measure = (pairs: readonly GoldPair[]) => PairFigures;

/** By default with the dearest panel that every engine can read. */
function panelFigures(all: readonly GoldPair[], panelOf = readablePanels(defaultCalibration, {}).at(-1)): Measure {
  if (all.length === 0 || panelOf === undefined) throw new Error('The recording holds nothing out.');
  return (pairs) => figuresOf(judgedPairs(pairs, panelOf.weights)) as PairFigures;
}

/** A judge of one reading, calibrated on the same slates. */
function alone(
  slates: readonly GoldSlate[],
  name: 'forward' | 'cloze' | 'cloze-new' | 'agreement' | 'yes-no' | 'backward' | 'unprompted' | 'probe',
): Measure {
  const weights = fitPanel(
    slates.filter(({ split }) => split === 'fit'),
    [name],
  );
  if (!weights.ok) throw new Error(weights.error.message);
  return (pairs) => figuresOf(judgedPairs(pairs, weights.value)) as PairFigures;
}

/** How often the letter names the better answer, log-odds averaged over both orders. */
function letterAccuracy(questions: readonly RecordedQuestion[]): Proportion {
  const verdicts = questions.flatMap(({ letters }) => (letters === undefined ? [] : [letters[0] + letters[1]]));
  return proportion(verdicts.filter((value) => value > 0).length / verdicts.length, verdicts.length);
}

function accuracyRow(name: string, { accuracy }: PairFigures, rival: number, target: number): BenchRow {
  const { share, low, high, count } = accuracy;
  return {
    name: `${name} (${low.toFixed(2)}-${high.toFixed(2)}, n ${count})`,
    ours: share,
    rival,
    unit: 'share of questions',
    ratio: share / rival,
    target: `ours >= ${target}`,
    holds: share >= target,
  };
}

function leadRow(name: string, { accuracy }: PairFigures, rival: PairFigures): BenchRow {
  return {
    name: `${name} (n ${accuracy.count})`,
    ours: accuracy.share,
    rival: rival.accuracy.share,
    unit: 'share of questions',
    ratio: accuracy.share / rival.accuracy.share,
    target: 'ahead',
    holds: accuracy.share > rival.accuracy.share,
  };
}

function errorRow(name: string, ours: PairFigures, rival: PairFigures): BenchRow {
  return {
    name,
    ours: ours.ece,
    rival: rival.ece,
    unit: 'ECE',
    ratio: ours.ece / rival.ece,
    target: 'ours <= 0.08',
    holds: ours.ece <= 0.08,
  };
}

const SOURCES = ['sampled', 'written', 'procedural', 'attack'] as const;

function printReadings(slates: readonly GoldSlate[], report: Report): void {
  report('Accuracy on questions held out, each reading calibrated alone:');
  report(`${'reading'.padEnd(12)}${SOURCES.map((source) => source.padStart(12)).join('')}`);
  const held = pairsOf(slates.filter(({ split }) => split === 'held-out'));
  const line = (name: string, measure: Measure): void => {
    const cells = SOURCES.map((source) => {
      const figures = measure(held.filter(({ slate }) => slate.source === source));
      return (figures === undefined ? '-' : figures.accuracy.share.toFixed(3)).padStart(12);
    });
    report(`${name.padEnd(12)}${cells.join('')}`);
  };
  for (const name of [
    'forward',
    'yes-no',
    'backward',
    'unprompted',
    'agreement',
    'cloze',
    'cloze-new',
    'probe',
  ] as const)
    line(name, alone(slates, name));
  for (const [index, panel] of defaultCalibration.panels.entries())
    line(`panel ${index + 1}`, panelFigures(held, panel));
}

function printBreakdown(held: readonly GoldPair[], report: Report): void {
  const measure = panelFigures(held);
  const groups: readonly [string, (pair: GoldPair) => string | undefined][] = [
    ['by family', ({ slate }) => (slate.source === 'sampled' ? slate.family : undefined)],
    [
      'by difficulty',
      ({ slate }) => (slate.source === 'written' ? `${slate.form ?? ''} ${slate.difficulty ?? ''}` : undefined),
    ],
    [
      'by length',
      ({ slate, better, worse }) => (slate.source === 'attack' ? undefined : compareLengths(better.words, worse.words)),
    ],
  ];
  for (const [title, groupOf] of groups) {
    report(`The dearest panel ${title}: accuracy, interval, questions, Brier, ECE`);
    for (const [group, pairs] of Map.groupBy(held, groupOf)) {
      if (group === undefined) continue;
      const { accuracy, brier, ece } = measure(pairs);
      const interval = `${accuracy.low.toFixed(2)}-${accuracy.high.toFixed(2)}`;
      report(
        `  ${group.padEnd(22)}${accuracy.share.toFixed(3)}  ${interval}  ${String(accuracy.count).padStart(4)}  ${brier.toFixed(3)}  ${ece.toFixed(3)}`,
      );
    }
  }
}
