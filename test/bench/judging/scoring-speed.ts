import { type Calibration, type ReadingName, defaultCalibration } from '#judging';
import { defaultModel } from '../../../src/inference/catalogue.ts';
import { modelPath } from '../../../relay/model-cache.ts';
import { openJudgeTab } from '../../judge-cli/judge-tab.ts';
import type { RecordedQuestion } from '../../judging/recorded-gold.ts';
import type { BenchRow } from '../bench-row.ts';

/** Pairs judged by each side; the first warms up and does not count. */
const PAIRS = 4;

/**
 * Answers a second in a real tab, the panel against a judge that names letters in both orders. No number of letters reaches the
 * panel's accuracy on this model, so "at equal accuracy" the letter judge has no speed at all; told are both as they are.
 */
export async function measureScoringSpeed(
  recording: readonly RecordedQuestion[],
  report: (line: string) => void,
): Promise<BenchRow[]> {
  const pairs = recording
    .filter(({ source, split, form }) => source === 'written' && split === 'held-out' && form === 'passage')
    .slice(0, PAIRS)
    .map(({ question, answers }) => ({ question, better: answers[0]?.text ?? '', worse: answers[1]?.text ?? '' }));
  const letters: Calibration = { ...defaultCalibration, panels: [panelOf('letter')] };
  const panel: Calibration = { ...defaultCalibration, panels: defaultCalibration.panels.slice(-1) };
  const ours = await timePairs(pairs, panel);
  const rival = await timePairs(pairs, letters);
  report(
    `Scoring in a tab, answers of two to four sentences: panel ${ours.tokens.toFixed(0)} tokens a pair, letters ${rival.tokens.toFixed(0)}.`,
  );
  return [
    {
      name: 'answers scored a second, against the letter judge in both orders',
      ours: ours.perSecond,
      rival: rival.perSecond,
      unit: 'answers/s',
      ratio: ours.perSecond / rival.perSecond,
      target: '> 1',
      holds: ours.perSecond > rival.perSecond,
    },
  ];
}

const panelOf = (name: ReadingName): Calibration['panels'][number] => ({ weights: [{ name, scale: 1, weight: 1 }] });

async function timePairs(
  pairs: readonly { readonly question: string; readonly better: string; readonly worse: string }[],
  calibration: Calibration,
): Promise<{ readonly perSecond: number; readonly tokens: number }> {
  const file = modelPath(defaultModel, `${import.meta.dirname}/../../../.models`);
  const tab = await openJudgeTab(file, { modelId: defaultModel.id, threads: 2, contextTokens: 4_096, calibration });
  if (!tab.ok) throw new Error(`${tab.error.message} ${tab.error.remedy ?? ''}`);
  try {
    let ms = 0;
    let tokens = 0;
    for (const [index, pair] of pairs.entries()) {
      const judged = await tab.value.judge(pair);
      if (!judged.ok) throw new Error(judged.error.message);
      if ('failed' in judged.value) throw new Error(judged.value.failed);
      if (index === 0) continue;
      ms += judged.value.ms;
      tokens += judged.value.tokens;
    }
    return { perSecond: (1000 * 2 * (pairs.length - 1)) / ms, tokens: tokens / (pairs.length - 1) };
  } finally {
    await tab.value.close();
  }
}
