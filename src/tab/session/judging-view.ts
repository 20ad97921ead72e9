import { type Calibration, LOWEST_USEFUL_ACCURACY, beatsChance, decisiveFigures } from '#judging';
import { formatShare } from '../design/figure.ts';
import type { JudgingFigures, JudgingView } from '../session.ts';

/** What the page is told of a calibration in use: its figures, and why its votes count or not. */
export function viewCalibration(
  calibration: Calibration,
): Pick<JudgingView, 'figures' | 'hasWeight' | 'why' | 'version' | 'seed'> {
  const figures = figuresOf(calibration);
  return {
    hasWeight: beatsChance(calibration),
    why: whyWeight(calibration, figures),
    version: calibration.version,
    ...(figures === undefined ? {} : { figures }),
    ...(calibration.seed === undefined ? {} : { seed: calibration.seed }),
  };
}

function figuresOf(calibration: Calibration): JudgingFigures | undefined {
  const decisive = decisiveFigures(calibration);
  if (decisive === undefined) return undefined;
  const { accuracy, brier, ece } = decisive;
  return { accuracy, brier, ece, bySource: calibration.panels[0]?.heldOut?.bySource ?? {} };
}

function whyWeight(calibration: Calibration, figures: JudgingFigures | undefined): string {
  const needed = formatShare(LOWEST_USEFUL_ACCURACY);
  if (figures === undefined) return 'Its model has not been measured as a judge yet.';
  const { low, share } = figures.accuracy;
  if (beatsChance(calibration))
    return `It is right in at least ${formatShare(low)}, above the ${needed} that a vote needs.`;
  return share > LOWEST_USEFUL_ACCURACY
    ? `It was right in ${formatShare(share)}, but on so few questions that it may be right in only ${formatShare(low)}; a vote needs more than ${needed}.`
    : `It was right in ${formatShare(share)}, where tossing a coin is right in 50 %; a vote needs more than ${needed}.`;
}
