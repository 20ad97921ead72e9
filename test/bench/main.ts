import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchRow } from './bench-row.ts';

// Runs one benchmark of this folder: npm run bench -- NAME [--json] [--only PART,PART]
const SUFFIX = '.bench.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const names = (await readdir(import.meta.dirname))
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length))
  .toSorted();
const [name] = positionals;
if (name === undefined || !names.includes(name)) {
  process.stderr.write(
    `npm run bench -- NAME [--json] [--only PART,PART], where NAME is one of: ${names.join(', ') || '(none yet)'}\n`,
  );
  process.exit(1);
}

const { run } = (await import(join(import.meta.dirname, name + SUFFIX))) as {
  /** `only`: parts of a benchmark that has some. */
  run(report: (line: string) => void, only?: readonly string[]): Promise<BenchRow[]>;
};
const out = values.json ? process.stderr : process.stdout;
const rows = await run((line) => void out.write(`${line}\n`), values.only?.split(','));
if (values.json) process.stdout.write(`${JSON.stringify({ bench: name, rows })}\n`);
else {
  for (const row of rows) {
    if (row.detail === true && row.holds) continue;
    const figures = `${row.ours.toPrecision(4)} against ${row.rival.toPrecision(4)} ${row.unit}`;
    const verdict = `ratio ${row.ratio.toFixed(3)}, target ${row.target}: ${row.holds ? 'holds' : 'MISSED'}`;
    process.stdout.write(`${row.name}: ${figures} (${verdict})\n`);
  }
}
process.exit(rows.every((row) => row.holds) ? 0 : 1);
