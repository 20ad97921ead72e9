import { parseArgs } from 'node:util';
import { defaultModel } from '../../src/inference/catalogue.ts';
import { MOST_THREADS_UNASKED, readName, readThreads } from '../judge-cli/option-values.ts';
import { type SizeName, sizeNames } from './gold-sizes.ts';

/** The same one every time, so that the same command goes on. */
const DEFAULT_SEED = 'cli';
const LONGEST_SEED = 100;

export const usage = `npm run calibrate -- [options]   how good a judge a model is, measured in a real tab, and the weights that follow
  --model NAME|FILE  ${defaultModel.id} (default) or a file .gguf
  --size SIZE        quick   a few questions of each source, for trying: two or three minutes
                     tab     what a tab measures before its votes may carry weight: half an hour or more (default)
                     full    720 questions that the model answers itself, and all others: several hours
  --seed TEXT        draws questions and answers; default: ${DEFAULT_SEED}
  --out FILE         where the calibration is written; default: with --size full and a model of the catalogue
                     src/judging/calibration/models/MODEL.json, else .cache/calibrate/MODEL.json
  --threads N        threads of the engine; default: all cores, at most ${MOST_THREADS_UNASKED}
  --fresh            measure everything again
  --json             print one JSON object (with npm run -s, nothing else)
  --help             show this

What was measured is kept in .cache/calibrate; after an interrupt the same command goes on. Exit code: 0 calibrated,
1 measuring failed, 2 the command line is at fault.`;

export interface CalibrateCommand {
  readonly model: string | undefined;
  readonly size: SizeName;
  readonly seed: string;
  readonly out: string | undefined;
  readonly threads: number;
  readonly fresh: boolean;
  readonly json: boolean;
}

/** Reads the command line. Throws with a sentence for the person at the terminal. */
export function readCommand(args: readonly string[]): CalibrateCommand | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: 'string' },
      size: { type: 'string', default: 'tab' },
      seed: { type: 'string', default: DEFAULT_SEED },
      out: { type: 'string' },
      threads: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.out === '') throw new Error('--out takes a file.');
  if (values.seed === '' || values.seed.length > LONGEST_SEED)
    throw new Error(`--seed takes a text of 1 to ${LONGEST_SEED} characters.`);
  return {
    model: values.model,
    size: readName('--size', values.size, sizeNames),
    seed: values.seed,
    out: values.out,
    threads: readThreads(values.threads),
    fresh: values.fresh,
    json: values.json,
  };
}
