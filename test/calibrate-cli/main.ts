import { join } from 'node:path';
import type { Failure, Result } from '#vocabulary';
import { planGold } from '../../src/judging/calibration/gold-plan.ts';
import { ensureChromium } from '../browser/chromium-installation.ts';
import { completeWork } from '../judge-cli/kept-work.ts';
import { type ChosenModel, chooseModel } from '../judge-cli/model-choice.ts';
import { duration } from '../judge-cli/progress-line.ts';
import { createTerminal, runCommand } from '../judge-cli/terminal.ts';
import { printableJson } from '../rank-cli/terminal-text.ts';
import { calibrateMeasured } from './calibrate-report.ts';
import { openCalibrateTab } from './calibrate-tab.ts';
import { formatCalibration } from './calibrate-table.ts';
import { checkPlace, placeOf, writeCalibration } from './calibration-file.ts';
import { type CalibrateCommand, readCommand, usage } from './command-line.ts';
import { estimateSeconds, sizes } from './gold-sizes.ts';
import { keyOfPlan, openState } from './gold-state.ts';
import type { MeasuredItem } from './measured-item.ts';

// npm run calibrate: how good a judge a model is, and the weights that follow. Exit code 0 when it calibrated, 1 when
// measuring failed, 2 when the command line is at fault.

/** npm runs scripts in the package's folder; paths are meant from where the person stands. */
const folder = process.env['INIT_CWD'] ?? process.cwd();
const stateFolder = join(import.meta.dirname, '../../.cache/calibrate');
const ENGINE = 'wllama';
/** As the tabs of the product load their models. */
const CONTEXT_TOKENS = 2_048;
/** Hours of measuring often write to a log. */
const LOG_EVERY_MS = 5 * 60_000;

const terminal = createTerminal({ noun: 'questions', logEveryMs: LOG_EVERY_MS });
const { progress, say, refuse, print } = terminal;

async function run(command: CalibrateCommand): Promise<number> {
  const model = await chooseModel(command.model, folder);
  if (!model.ok) return refuse(model.error, 2);
  const place = placeOf(command, model.value.id, folder);
  const free = checkPlace(place);
  if (!free.ok) return refuse(free.error, 2);
  const measured = await measure(command, model.value);
  if (!measured.ok) return refuse(measured.error, 1);
  const calibrated = calibrateMeasured(measured.value, { modelId: model.value.id, seed: command.seed });
  if (!calibrated.ok) return refuse(calibrated.error, 1);
  const { calibration, report } = calibrated.value;
  writeCalibration(place, calibration);
  print(command.json ? printableJson(report) : formatCalibration(report));
  say(`The calibration is in ${place}.`);
  return 0;
}

async function measure(
  command: CalibrateCommand,
  model: ChosenModel,
): Promise<Result<readonly MeasuredItem[], Failure>> {
  const plan = planGold(command.seed, sizes[command.size]);
  const key = keyOfPlan(model, ENGINE, plan);
  const state = openState({ path: join(stateFolder, `${key}.jsonl`), plan: key, fresh: command.fresh });
  if (!state.ok) return state;
  const left = plan.filter(({ id }) => state.value.get(id) === undefined);
  if (left.length > 0) {
    const known = left.length < plan.length ? ` (${plan.length - left.length} are measured already)` : '';
    say(
      `${left.length} questions${known}: about ${duration(estimateSeconds(left))} on two cores with nothing else to do.`,
    );
  }
  try {
    return await completeWork({
      items: plan.map((item) => [item.id, item] as const),
      kept: state.value,
      async openTab() {
        process.env['PEERAGE_CHROMIUM'] ??= ensureChromium(say);
        const file = await model.obtain(say);
        if (!file.ok) return file;
        const { threads } = command;
        return openCalibrateTab(file.value, { modelId: model.id, threads, contextTokens: CONTEXT_TOKENS });
      },
      ask: (tab, item) => tab.measure(item),
      onProgress: progress.show,
    });
  } finally {
    progress.clear();
    state.value.close();
  }
}

await runCommand(terminal, {
  usage,
  read: readCommand,
  run,
  stopped: 'Stopped. What was measured is kept: the same command goes on from there.',
});
