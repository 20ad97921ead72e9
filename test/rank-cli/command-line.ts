import { parseArgs } from 'node:util';
import { type AggregatorName, aggregatorNames } from '#ranking';
import { DEFAULT_REPLICATES } from './rank-votes.ts';
import { type VoteFormat, voteFormats } from './vote-format.ts';

export const usage = `npm run rank -- FILE [options]        FILE may be - for standard input, and packed with gzip
  --method NAME     ${aggregatorNames.slice(0, 6).join(', ')},
                    ${aggregatorNames.slice(6).join(', ')}; default ${aggregatorNames[0]}
  --bootstrap N     cross-check the intervals with N draws of the judges (of the votes where judges are fewer than 20);
                    default ${DEFAULT_REPLICATES} for methods without intervals of their own (0: leave them without)
  --seed TEXT       seed of these draws; default peerage
  --standings FILE  JSON {judge: standing in 0 to 1}, the prior on how far each judge is to be trusted
  --answers FILE    JSONL {name, text}: the items' texts, whose final answers --method majority counts
  --format NAME     ${voteFormats.join(', ')}; default: told by the file's name or content
  --skip-malformed  leave malformed records out, and say how many, instead of ranking nothing
  --top K           show the best K items only
  --json            print one JSON object (with npm run -s, nothing else)
  --help            show this

Votes, one a line (CSV with a header, JSONL) or in one JSON list; other columns are passed over:
  judge, a, b, outcome [, weight] [, ordered]     outcome: 1 where a is better, 0 where b is, or any share between
  model_a, model_b, winner [, judge]              winner: model_a, model_b, tie, tie (bothbad), as LMArena publishes
ordered is false where the judge scored each by itself, without seeing a first. Without judge all votes are one judge's.
Exit code: 0 ranked, 1 the input is at fault, 2 the command line is.`;

export interface RankCommand {
  readonly file: string;
  readonly method: AggregatorName;
  readonly replicates: number | undefined;
  readonly seed: string;
  readonly standings: string | undefined;
  readonly answers: string | undefined;
  readonly format: VoteFormat | undefined;
  readonly skipMalformed: boolean;
  readonly top: number | undefined;
  readonly json: boolean;
}

/** Reads the command line. Throws with a sentence for the person at the terminal. */
export function readCommand(args: readonly string[]): RankCommand | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      method: { type: 'string', default: aggregatorNames[0] },
      bootstrap: { type: 'string' },
      seed: { type: 'string', default: 'peerage' },
      standings: { type: 'string' },
      answers: { type: 'string' },
      format: { type: 'string' },
      'skip-malformed': { type: 'boolean', default: false },
      top: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const [file, ...others] = positionals;
  if (file === undefined || file === '') throw new Error('There is no file of votes: npm run rank -- votes.csv');
  if (others.length > 0) throw new Error(`One file at a time, not ${positionals.length}.`);
  return {
    file,
    method: readName('--method', values.method, aggregatorNames),
    replicates: values.bootstrap === undefined ? undefined : readWhole('--bootstrap', values.bootstrap, 0, 10_000),
    seed: values.seed,
    standings: values.standings,
    answers: values.answers,
    format: values.format === undefined ? undefined : readName('--format', values.format, voteFormats),
    skipMalformed: values['skip-malformed'],
    top: values.top === undefined ? undefined : readWhole('--top', values.top, 1, 1_000_000),
    json: values.json,
  };
}

function readName<T extends string>(option: string, text: string, names: readonly T[]): T {
  const known = names.find((name) => name === text);
  if (known === undefined) throw new Error(`${option} takes one of ${names.join(', ')}, not "${text}".`);
  return known;
}

function readWhole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/u.test(text) || value < least || value > most) {
    throw new Error(`${option} takes a whole number from ${least} to ${most}, not "${text}".`);
  }
  return value;
}
