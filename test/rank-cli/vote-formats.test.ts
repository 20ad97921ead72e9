import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { rankFile, reportOn } from './vote-files.ts';

/** The same three votes everywhere: x over y by ann, y over z by ann, x and z a tie by bob. */
const csv = 'judge,a,b,outcome\nann,x,y,1\nann,z,y,0\nbob,x,z,0.5\n';
const jsonl = `{"judge":"ann","a":"x","b":"y","outcome":1}
{"judge":"ann","a":"z","b":"y","outcome":0}
{"judge":"bob","a":"x","b":"z","outcome":0.5}
`;
const battles = [
  { model_a: 'x', model_b: 'y', winner: 'model_a', judge: 'ann', turn: 1, anony: true },
  {
    model_a: 'z',
    model_b: 'y',
    winner: 'model_b',
    judge: 'ann',
    conversation_a: [{ role: 'user', content: ']},{"[' }],
  },
  { model_a: 'x', model_b: 'z', winner: 'tie (bothbad)', judge: 'bob', nested: { winner: 'model_a', text: '\\" \n' } },
];
const utf16 = Buffer.from(`\u{FEFF}${csv}`, 'utf16le');

const readable: readonly (readonly [string, string, string | Uint8Array])[] = [
  ['CSV', 'votes.csv', csv],
  ['CSV by content alone', 'votes', csv],
  ['CSV with CRLF', 'votes.csv', csv.replaceAll('\n', '\r\n')],
  ['CSV without a last line end', 'votes.csv', csv.trimEnd()],
  ['CSV with blank lines', 'votes.csv', `\n${csv.replaceAll('\n', '\n\n')}   \n`],
  ['CSV with a byte order mark', 'votes.csv', `\u{FEFF}${csv}`],
  ['CSV with quotes', 'votes.csv', `"judge","a","b","outcome"\n"ann","x","y","1"\n"ann",z,y,0\nbob,x,"z" ,0.5`],
  ['CSV with blanks around fields', 'votes.csv', csv.replaceAll(',', ' , ')],
  [
    'CSV with other columns in another order',
    'votes.csv',
    'note,outcome,b,extra,a,judge\n"one\nor two, lines",1,y,,x,ann\n,0,y,"a ""quote""",z,ann\n,.5,z,,x,bob\n',
  ],
  ['CSV of battles', 'b.csv', 'judge,model_a,model_b,winner\nann,x,y,model_a\nann,z,y,MODEL_B\nbob,x,z,tie\n'],
  ['CSV, packed', 'votes.csv.gz', gzipSync(csv)],
  ['JSONL', 'votes.jsonl', jsonl],
  ['JSONL by content alone', 'stdin', jsonl],
  ['JSONL in a .json file', 'votes.json', `\r\n${jsonl.replaceAll('\n', '\r\n')}`],
  ['JSONL of battles', 'votes.ndjson', battles.map((battle) => JSON.stringify(battle)).join('\n')],
  ['JSONL, packed', 'votes', gzipSync(jsonl)],
  ['JSON in one line', 'votes.json', JSON.stringify(battles)],
  ['JSON with indentation', 'votes', JSON.stringify(battles, null, 4)],
  ['JSON of our columns', 'votes.json', `[${jsonl.trim().replaceAll('\n', ',')}]`],
];

test.each(readable)('%s is read', async (_, name, content) => {
  const report = await reportOn(content, { name });
  expect(report.items.map((item) => [item.name, item.strength])).toEqual([
    ['x', 0.75],
    ['y', 0.5],
    ['z', 0.25],
  ]);
  expect(report.judges.map((judge) => [judge.name, judge.votes])).toEqual([
    ['ann', 2],
    ['bob', 1],
  ]);
  expect(report).toMatchObject({ votes: 3, skipped: 0, itemCount: 3 });
});

test('a format that is given overrules name and content', async () => {
  expect((await reportOn(jsonl, { name: 'votes.csv', format: 'jsonl' })).votes).toBe(3);
  expect((await rankFile(jsonl, { name: 'votes.jsonl', format: 'csv' })).result.ok).toBe(false);
});

describe('a column that may be missing', () => {
  test('judge: all votes are one judge’s', async () => {
    const report = await reportOn('a,b,outcome\nx,y,1\ny,x,0\n');
    expect(report.judges).toMatchObject([{ name: 'anonymous', votes: 2 }]);
  });

  test('weight: counts as many votes', async () => {
    const report = await reportOn('a,b,outcome,weight\nx,y,1,3\nx,y,0,1\n');
    expect(report.items).toMatchObject([
      { name: 'x', strength: 0.75 },
      { name: 'y', strength: 0.25 },
    ]);
  });

  test('ordered: what was scored alone shows no side', async () => {
    const both = 'a,b,outcome,ordered\nx,y,1,TRUE\nx,y,1,1\ny,x,1,false\ny,x,1,0\n';
    expect((await reportOn(both)).judges[0]).toMatchObject({ firstShare: 1, swapConsistency: null });
    const seen = await reportOn('a,b,outcome\nx,y,1\ny,x,1\n');
    expect(seen.judges[0]).toMatchObject({ firstShare: 1, swapConsistency: 0 });
  });
});

describe('what is not text is named', () => {
  test.each([
    ['Parquet', Buffer.from('PAR1\0\0')],
    ['ZIP', Buffer.from('PK\u{3}\u{4}data')],
    ['UTF-16', utf16],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1])],
  ])('%s', async (named, content) => {
    const { result } = await rankFile(content);
    expect(result).toMatchObject({ ok: false, error: { type: 'unreadable' } });
    expect(JSON.stringify(result)).toContain(named);
  });

  test('gzip that is cut short', async () => {
    const { result } = await rankFile(gzipSync(csv).subarray(0, 30));
    expect(result).toMatchObject({ ok: false, error: { type: 'unreadable' } });
    expect(JSON.stringify(result)).toContain('cut short');
  });
});
