import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Failure, type Result, err, failure, messageOf, ok } from '#vocabulary';
import { ensureChromium } from '../browser/chromium-installation.ts';
import { grouped } from '../rank-cli/rank-table.ts';
import { printableJson } from '../rank-cli/terminal-text.ts';
import { attackPairs } from './attack-pairs.ts';
import { formatAttacks, reportOnAttacks } from './attack-report.ts';
import { type JudgeCommand, readCommand, usage } from './command-line.ts';
import { judgePairs } from './judge-pairs.ts';
import { reportOn } from './judge-report.ts';
import { openJudgeTab } from './judge-tab.ts';
import { formatReport } from './judge-table.ts';
import { type JudgingPlan, keyOfPlan, planJudging } from './judging-plan.ts';
import { type ChosenModel, chooseModel } from './model-choice.ts';
import { type Fault, type PairFile, readPairFile } from './pair-file.ts';
import type { Pair } from './pair.ts';
import type { PairResult } from './pair-result.ts';
import { openResults } from './results-file.ts';
import { createTerminal, runCommand } from './terminal.ts';

// npm run judge: how well the product's judge tells better answers from worse. Exit code 0 when it judged, 1 when judging
// failed, 2 when the command line or the file is at fault.

/** npm runs scripts in the package's folder; paths are meant from where the person stands. */
const folder = process.env['INIT_CWD'] ?? process.cwd();
const stateFolder = join(import.meta.dirname, '../../.cache/judge');
const MOST_FAULTS_SHOWN = 20;
/** Two answers side by side, each of the most bytes that a judge reads, in any tokens. */
const CONTEXT_TOKENS = 4_096;

const terminal = createTerminal();
const { progress, say, refuse, print } = terminal;

async function run(command: JudgeCommand): Promise<number> {
  const file = command.file === undefined ? undefined : await openPairs(command.file, command.skipMalformed);
  if (file?.ok === false) return refuse(file.error, 2);
  const model = await chooseModel(command.model, folder);
  if (!model.ok) return refuse(model.error, 2);
  const plan = planJudging(model.value.id, command.readings);
  if (!plan.calibration.calibrated)
    say(`${model.value.name} was never calibrated: the panel's figures come from a stand-in.`);

  if (file === undefined) {
    const pairs = attackPairs(command.questions);
    const results = await judgeAll(command, pairs, model.value, plan);
    if (!results.ok) return refuse(results.error, 1);
    const report = reportOnAttacks(pairs, results.value, plan);
    print(command.json ? printableJson(report) : formatAttacks(report));
    return 0;
  }
  const results = await judgeAll(command, file.value, model.value, plan);
  if (!results.ok) return refuse(results.error, 1);
  const report = reportOn(file.value, results.value, plan);
  if (report === undefined) {
    for (const result of new Set(results.value.map((one) => ('failed' in one ? one.failed : '')))) say(result);
    return refuse(failure('none-judged', 'No pair could be judged.', 'Try again with --fresh.'), 1);
  }
  print(command.json ? printableJson(report) : formatReport(report));
  return 0;
}

async function openPairs(name: string, skipMalformed: boolean): Promise<Result<readonly Pair[], Failure>> {
  let file: PairFile;
  try {
    file = readPairFile(name === '-' ? await buffer(process.stdin) : await readFile(resolve(folder, name)));
  } catch (cause) {
    return err(failure('unreadable', `${name} cannot be read: ${messageOf(cause)}`));
  }
  const source = name === '-' ? 'standard input' : name;
  tellFaults(source, file.faults);
  const count = `${grouped(file.faults.length)} malformed`;
  if (file.faults.length > 0 && !skipMalformed)
    return err(failure('malformed', `${count}; nothing was judged.`, '--skip-malformed leaves them out.'));
  if (file.faults.length > 0) say(`${count}, left out.`);
  if (file.pairs.length === 0)
    return err(failure('empty', `${source} holds no pair.`, 'Each line is one: {"question", "better", "worse"}.'));
  return ok(file.pairs);
}

function tellFaults(source: string, faults: readonly Fault[]): void {
  for (const { line, reason } of faults.slice(0, MOST_FAULTS_SHOWN)) say(`${source}:${line}: ${reason}`);
  if (faults.length > MOST_FAULTS_SHOWN) say(`… and ${grouped(faults.length - MOST_FAULTS_SHOWN)} more.`);
}

async function judgeAll(
  command: JudgeCommand,
  pairs: readonly Pair[],
  model: ChosenModel,
  plan: JudgingPlan,
): Promise<Result<readonly PairResult[], Failure>> {
  const key = keyOfPlan(model, command.engine, plan);
  const path = command.resume === undefined ? join(stateFolder, `${key}.jsonl`) : resolve(folder, command.resume);
  const results = openResults({ path, plan: key, fresh: command.fresh });
  if (!results.ok) return results;
  try {
    return await judgePairs({
      pairs,
      results: results.value,
      async openTab() {
        process.env['PEERAGE_CHROMIUM'] ??= ensureChromium(say);
        const modelFile = await model.obtain(say);
        if (!modelFile.ok) return modelFile;
        return openJudgeTab(modelFile.value, {
          modelId: model.id,
          threads: command.threads,
          contextTokens: CONTEXT_TOKENS,
          calibration: plan.calibration,
        });
      },
      onProgress: progress.show,
    });
  } finally {
    progress.clear();
    results.value.close();
  }
}

await runCommand(terminal, {
  usage,
  read: readCommand,
  run,
  stopped: 'Stopped. What was judged is kept: the same command goes on from there.',
});
