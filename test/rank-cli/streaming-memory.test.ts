import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { aggregators } from '#ranking';
import { rankVotes } from './rank-votes.ts';
import { createSource } from './vote-source.ts';

// Half a megabyte a chunk, thirty megabytes in all: what is kept of them must be far less.

const CHUNKS = 60;
const ROWS = 400;
const padding = '-'.repeat(1_200);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const writers = {
  csv: {
    start: 'judge,a,b,outcome,text\n',
    row: (judge: string) => `${judge},item-with-a-long-name,another-item,1,${padding}\n`,
    end: '',
  },
  jsonl: { start: '', row: (judge: string) => `${JSON.stringify(asBattle(judge))}\n`, end: '' },
  json: {
    start: '[{"model_a":"item-with-a-long-name","model_b":"another-item","winner":"tie"}',
    row: (judge: string) => `,\n${JSON.stringify(asBattle(judge), null, 4)}`,
    end: ']',
  },
};

function asBattle(judge: string): unknown {
  return { judge, model_a: 'item-with-a-long-name', model_b: 'another-item', winner: 'tie', text: padding };
}

test.each(['csv', 'jsonl', 'json'] as const)(
  '%s: names keep no hold on the text they were cut from',
  async (format) => {
    const { start, row, end } = writers[format];
    const before = heapBytes();
    let after = 0;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(start);
      for (let part = 0; part < CHUNKS; part++) {
        const rows = Array.from({ length: ROWS }, (_, index) => row(`judge-with-a-long-name-${part}-${index}`));
        yield Buffer.from(rows.join(''));
      }
      yield Buffer.from(end);
      after = heapBytes();
    }
    const source = createSource(`votes.${format}`, chunks());
    const { result } = await rankVotes(source, { skipMalformed: false, seed: '' }, aggregators.borda);
    expect(result).toMatchObject({ ok: true, value: { itemCount: 2 } });
    expect(after - before).toBeLessThan(12_000_000);
  },
);
