import { type Calibration, type ReadingName, defaultCalibration } from '#judging';
import { defaultModel, defaultModelFile } from '../../../src/inference/catalogue.ts';
import { readablePanels } from '../../../src/judging/panel/plan.ts';
import { modelPath } from '../../../relay/model-cache.ts';
import { openJudgeTab } from '../../judge-cli/judge-tab.ts';
import type { RecordedQuestion } from '../../judging/recorded-gold.ts';
import type { BenchRow } from '../bench-row.ts';

/** Pairs judged by each side; the first warms up and does not count. */
const PAIRS = 4;

/**
 * Answers a second in a real tab, each panel that its engine can read against a judge that names letters in both orders. The panels are more accurate than
 * letters, which are at chance on this model however often they are asked: there is no speed of theirs at equal accuracy.
 */
export async function measureScoringSpeed(
  recording: readonly RecordedQuestion[],
  report: (line: string) => void,
): Promise<BenchRow[]> {
  report('Scoring answers of two to four sentences in a tab …');
  const pairs = recording
    .filter(({ source, split, form }) => source === 'written' && split === 'held-out' && form === 'passage')
    .slice(0, PAIRS)
    .map(({ question, answers }) => ({ question, better: answers[0]?.text ?? '', worse: answers[1]?.text ?? '' }));
  const letters = await timePairs(pairs, [panelOf('letter')]);
  const rows: BenchRow[] = [];
  // The tab's engine shows no states.
  for (const [index, panel] of readablePanels(defaultCalibration, {}).entries()) {
    const ours = await timePairs(pairs, [panel]);
    report(
      `  panel ${index + 1}: ${ours.tokens.toFixed(0)} tokens evaluated a pair, letters ${letters.tokens.toFixed(0)}`,
    );
    rows.push({
      name: `answers scored a second by panel ${index + 1}, against letters in both orders`,
      ours: ours.perSecond,
      rival: letters.perSecond,
      unit: 'answers/s',
      ratio: ours.perSecond / letters.perSecond,
      target: '> 1',
      holds: ours.perSecond > letters.perSecond,
    });
  }
  return rows;
}

const panelOf = (name: ReadingName): Calibration['panels'][number] => ({ weights: [{ name, scale: 1, weight: 1 }] });

async function timePairs(
  pairs: readonly { readonly question: string; readonly better: string; readonly worse: string }[],
  panels: Calibration['panels'],
): Promise<{ readonly perSecond: number; readonly tokens: number }> {
  const calibration: Calibration = { ...defaultCalibration, panels };
  const file = modelPath(defaultModelFile, `${import.meta.dirname}/../../../.models`);
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
