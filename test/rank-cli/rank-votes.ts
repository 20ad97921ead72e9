import { StringDecoder } from 'node:string_decoder';
import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import type { AggregateError, Aggregator, AggregatorContext } from '#ranking';
import { type Bootstrap, createBootstrap } from './bootstrap.ts';
import { type NameIndex, createNameIndex } from './name-index.ts';
import { type RankReport, reportRanking } from './rank-report.ts';
import type { Fault, RecordSink } from './record-reader.ts';
import { type VoteFormat, createRecordReader } from './vote-format.ts';
import { readVote } from './vote-record.ts';
import { type VoteSource, explainReadError } from './vote-source.ts';
import { createVoteTally } from './vote-tally.ts';

export interface RankOptions {
  /** Undefined: told by the file's name or its first character. */
  readonly format?: VoteFormat | undefined;
  readonly skipMalformed: boolean;
  /** Undefined: only where the method has no uncertainty of its own. 0: never. */
  readonly replicates?: number | undefined;
  readonly seed: string;
  /** Items of the report. */
  readonly top?: number | undefined;
  /** Standing of judges in [0, 1]. */
  readonly standings?: ReadonlyMap<string, number> | undefined;
  /** Final answers of items, as far as one could be read. */
  readonly finals?: ReadonlyMap<string, string | undefined> | undefined;
  onProgress?(progress: RankProgress): void;
}

export interface RankProgress {
  readonly phase: 'reading' | 'fitting' | 'bootstrap';
  readonly votes: number;
  readonly replicates: number;
}

export interface Faults {
  readonly total: number;
  /** The first `MAX_FAULTS_SHOWN`, and the one that ended the reading. */
  readonly first: readonly Fault[];
}

export type RankFailure = Failure<'unreadable' | 'malformed' | 'no-votes' | AggregateError['type']>;

export interface RankOutcome {
  readonly result: Result<RankReport, RankFailure>;
  /** Also where they were skipped. */
  readonly faults: Faults;
}

export const MAX_FAULTS_SHOWN = 20;
export const DEFAULT_REPLICATES = 200;

/** Ranks the votes of a file in one pass. Memory grows with names and distinct (judge, pair, order), not with votes. */
export async function rankVotes(
  source: VoteSource,
  options: RankOptions,
  aggregator: Aggregator,
): Promise<RankOutcome> {
  const items = createNameIndex();
  const judges = createNameIndex();
  const context = createContext(options, items, judges);
  const replicates = options.replicates ?? (knowsItsError(aggregator) ? 0 : DEFAULT_REPLICATES);
  const progress = (phase: RankProgress['phase'], done = 0): void =>
    options.onProgress?.({ phase, votes: voteCount, replicates: done });
  const tally = createVoteTally(aggregator, context);
  const bootstrap: Bootstrap | undefined =
    replicates === 0
      ? undefined
      : createBootstrap({
          replicates,
          seed: options.seed,
          aggregator,
          context,
          onReplicate: (done) => progress('bootstrap', done),
        });
  const votesOfJudge: number[] = [];
  const first: Fault[] = [];
  let total = 0;
  let voteCount = 0;

  const sink: RecordSink = {
    fault(fault) {
      total += 1;
      if (first.length < MAX_FAULTS_SHOWN) first.push(fault);
    },
    record(record, layout, line) {
      const vote = readVote(record, layout, { items, judges });
      if (!vote.ok) {
        sink.fault({ line, reason: vote.error });
        return;
      }
      voteCount += 1;
      // Nothing will be ranked; what remains to be done is to find the other faults.
      if (total > 0 && !options.skipMalformed) return;
      tally.add(vote.value);
      bootstrap?.add(vote.value);
      votesOfJudge[vote.value.judge] = (votesOfJudge[vote.value.judge] ?? 0) + 1;
    },
  };
  const ended = (error: RankFailure): RankOutcome => ({ result: err(error), faults: { total, first } });

  let broken: Fault | undefined;
  try {
    broken = await readAll(source, createRecordReader(source.name, options.format, sink), () => progress('reading'));
  } catch (cause) {
    return ended(explainReadError(source.name, cause));
  }
  if (broken !== undefined) {
    total += 1;
    first.push(broken);
    return ended(failure('malformed', 'Nothing was ranked: the file cannot be read past this.'));
  }
  if (total > 0 && !options.skipMalformed) {
    const records = total === 1 ? '1 malformed record' : `${total} malformed records`;
    return ended(
      failure(
        'malformed',
        `${source.name} has ${records} beside ${voteCount} votes; nothing was ranked.`,
        'Correct the file, or leave such records out with --skip-malformed.',
      ),
    );
  }
  if (voteCount === 0) return ended(failure('no-votes', `${source.name} holds no votes.`));

  progress('fitting');
  const { aggregate, cells } = tally.finish(items.names.length, judges.names.length);
  if (!aggregate.ok) return ended(aggregate.error);
  const booted = bootstrap?.finish(cells);
  const report = reportRanking({
    aggregator,
    aggregate: aggregate.value,
    cells,
    itemNames: items.names,
    judgeNames: judges.names,
    votesOfJudge,
    skipped: total,
    seed: options.seed,
    bootstrap: booted,
    top: options.top,
  });
  return { result: ok(report), faults: { total, first } };
}

/** Throws what the source throws. */
async function readAll(
  source: VoteSource,
  reader: ReturnType<typeof createRecordReader>,
  onChunk: () => void,
): Promise<Fault | undefined> {
  const decoder = new StringDecoder('utf8');
  let isStart = true;
  for await (const chunk of source.chunks) {
    let text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (text === '') continue;
    if (isStart && text.startsWith('\u{FEFF}')) text = text.slice(1);
    isStart = false;
    const fault = reader.push(text);
    if (fault !== undefined) return fault;
    onChunk();
  }
  return reader.push(decoder.end()) ?? reader.end();
}

/** Names known beforehand get the first indices, since an aggregator is told of them before any vote. */
function createContext(options: RankOptions, items: NameIndex, judges: NameIndex): AggregatorContext {
  const { standings, finals } = options;
  for (const name of finals?.keys() ?? []) items.indexOf(name);
  for (const name of standings?.keys() ?? []) judges.indexOf(name);
  return {
    ...(finals === undefined ? {} : { itemCount: finals.size, finals: [...finals.values()] }),
    ...(standings === undefined ? {} : { judgeCount: standings.size, judgeStanding: [...standings.values()] }),
  };
}

/** Whether the aggregator reports uncertainty, asked of two votes: it must be known before the pass over the file. */
function knowsItsError(aggregator: Aggregator): boolean {
  const probe = aggregator.begin({});
  for (const outcome of [1, 0]) probe.add({ judge: 0, first: 0, second: 1, outcome, weight: 1, ordered: true });
  const fit = probe.finish();
  return fit.ok && fit.value.uncertainty !== undefined;
}
