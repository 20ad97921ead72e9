import { parseArgs } from 'node:util';
import type { ReadingName } from '#judging';
import { defaultModel } from '../../src/inference/catalogue.ts';
import { isReadingName, readings } from '../../src/judging/readings/registry.ts';
import { MOST_THREADS_UNASKED, readName, readThreads, readWhole } from './option-values.ts';

export const engineNames = ['wllama'] as const;
/** The engine says nothing of its layers' states, which this reading looks at. */
const UNREADABLE: ReadonlySet<ReadingName> = new Set(['probe']);
export const readableNames = readings.map(({ name }) => name).filter((name) => !UNREADABLE.has(name));

const DEFAULT_QUESTIONS = 12;

export const usage = `npm run judge -- PAIRS.jsonl [options]   PAIRS.jsonl may be - for standard input
npm run judge -- --attacks [options]      how often attacks beat a true answer, on questions kept out of calibration
  --model NAME|FILE  ${defaultModel.id} (default) or a file .gguf
  --engine NAME      ${engineNames.join(', ')}
  --readings LIST    readings to tell of, by default those of the calibration's dearest panel; any of
                     ${readableNames.join(', ')}
  --json             print one JSON object (with npm run -s, nothing else)
  --questions N      with --attacks: how many questions; default ${DEFAULT_QUESTIONS}
  --resume FILE      keep results in FILE and go on from those in it; default: a file of this model and these readings
                     in .cache/judge
  --fresh            judge all pairs again
  --skip-malformed   leave malformed lines out, and say how many, instead of judging nothing
  --threads N        threads of the engine; default: all cores, at most ${MOST_THREADS_UNASKED}
  --help             show this

Pairs, one a line; other keys are passed over:
  {"question": ..., "better": ..., "worse": ...}      texts
  {"prompt": ..., "chosen": ..., "rejected": ...}     texts, or lists of messages {"role": ..., "content": ...}
The panel's own readings are always made, for its verdict. Exit code: 0 judged, 1 judging failed, 2 the command line or
the file is at fault.`;

export interface JudgeCommand {
  /** Undefined for attacks. */
  readonly file: string | undefined;
  readonly questions: number;
  readonly model: string | undefined;
  readonly engine: (typeof engineNames)[number];
  /** Undefined for those of the panel. */
  readonly readings: readonly ReadingName[] | undefined;
  readonly json: boolean;
  readonly resume: string | undefined;
  readonly fresh: boolean;
  readonly skipMalformed: boolean;
  readonly threads: number;
}

/** Reads the command line. Throws with a sentence for the person at the terminal. */
export function readCommand(args: readonly string[]): JudgeCommand | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      model: { type: 'string' },
      engine: { type: 'string', default: engineNames[0] },
      readings: { type: 'string' },
      json: { type: 'boolean', default: false },
      attacks: { type: 'boolean', default: false },
      questions: { type: 'string' },
      resume: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      'skip-malformed': { type: 'boolean', default: false },
      threads: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const [file, ...others] = positionals;
  if (values.attacks && file !== undefined) throw new Error('--attacks has its own questions and takes no file.');
  if (!values.attacks && (file === undefined || file === ''))
    throw new Error('There is no file of pairs: npm run judge -- pairs.jsonl');
  if (others.length > 0) throw new Error(`One file at a time, not ${positionals.length}.`);
  if (!values.attacks && values.questions !== undefined) throw new Error('--questions belongs to --attacks.');
  if (values.resume === '') throw new Error('--resume takes a file.');
  return {
    file,
    questions: values.questions === undefined ? DEFAULT_QUESTIONS : readWhole('--questions', values.questions, 1_000),
    model: values.model,
    engine: readName('--engine', values.engine, engineNames),
    readings: values.readings === undefined ? undefined : readReadings(values.readings),
    json: values.json,
    resume: values.resume,
    fresh: values.fresh,
    skipMalformed: values['skip-malformed'],
    threads: readThreads(values.threads),
  };
}

function readReadings(list: string): readonly ReadingName[] {
  const names = list.split(',').map((name) => name.trim());
  const unreadable = names.find((name) => isReadingName(name) && UNREADABLE.has(name));
  if (unreadable !== undefined)
    throw new Error(
      `--readings ${unreadable} needs an engine that tells its layers' states; ${engineNames[0]} does not.`,
    );
  return [...new Set(names.map((name) => readName('--readings', name, readableNames)))];
}
