import { resolve } from 'node:path';
import { aggregators } from '#ranking';
import { type Failure, ok, messageOf } from '#vocabulary';
import { type RankCommand, readCommand, usage } from './command-line.ts';
import { readFinals, readStandings } from './known-facts.ts';
import { createProgressLine } from './progress-line.ts';
import { formatRanking, grouped } from './rank-table.ts';
import { type Faults, rankVotes } from './rank-votes.ts';
import { printable, printableJson } from './terminal-text.ts';
import { openSource } from './vote-source.ts';

// npm run rank: ranks the votes of a file. Exit code 0 when it did, 1 when the input is at fault, 2 for the command line.

/** npm runs scripts in the package's folder; paths are meant from where the person stands. */
const folder = process.env['INIT_CWD'] ?? process.cwd();
/** Columns of a table that goes into a file or a pipe. */
const WIDTH_ELSEWHERE = 100;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

function refuse({ message, remedy }: Failure): number {
  say(printable(remedy === undefined ? message : `${message} ${remedy}`));
  return 1;
}

async function run(command: RankCommand): Promise<number> {
  const pathOf = (file: string): string => resolve(folder, file);
  const standings =
    command.standings === undefined ? ok(undefined) : await readStandings(pathOf(command.standings), command.standings);
  if (!standings.ok) return refuse(standings.error);
  const finals =
    command.answers === undefined ? ok(undefined) : await readFinals(pathOf(command.answers), command.answers);
  if (!finals.ok) return refuse(finals.error);
  const source = await openSource(command.file === '-' ? '-' : pathOf(command.file), command.file);
  if (!source.ok) return refuse(source.error);

  const progress = createProgressLine(process.stderr, source.value);
  const { result, faults } = await rankVotes(
    source.value,
    { ...command, standings: standings.value, finals: finals.value, onProgress: progress.show },
    aggregators[command.method],
  );
  progress.clear();
  tellFaults(source.value.name, faults);
  if (!result.ok) return refuse(result.error);
  if (faults.total > 0) say(`${grouped(faults.total)} malformed, left out.`);
  const text = command.json
    ? printableJson(result.value)
    : formatRanking(result.value, process.stdout.columns ?? WIDTH_ELSEWHERE);
  process.stdout.write(`${text}\n`);
  return 0;
}

function tellFaults(name: string, { total, first }: Faults): void {
  for (const { line, reason } of first) say(printable(`${name}:${line}: ${reason}`));
  if (total > first.length) say(`… and ${grouped(total - first.length)} more.`);
}

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
let command: RankCommand | 'help';
try {
  command = readCommand(process.argv.slice(2));
} catch (cause) {
  say(`${printable(messageOf(cause))}\n\n${usage}`);
  process.exit(2);
}
if (command === 'help') process.stdout.write(`${usage}\n`);
else process.exitCode = await run(command);
