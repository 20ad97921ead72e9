import { describe, expect, test } from 'vitest';
import { faultsOf, rankFile, reportOn } from './vote-files.ts';

const header = 'judge,a,b,outcome,weight,ordered';
const good = 'ann,x,y,1,1,true';

describe('a malformed record is named with its line and the reason', () => {
  test.each([
    ['ann,x,y', '3 fields where the header has 6'],
    ['ann,x,y,1,1,true,', '7 fields'],
    ['ann,x,y,2,1,true', 'outcome is "2"'],
    ['ann,x,y,-0.1,1,true', 'outcome is "-0.1"'],
    ['ann,x,y,NaN,1,true', 'outcome is "NaN"'],
    ['ann,x,y,Infinity,1,true', 'outcome is "Infinity"'],
    ['ann,x,y,,1,true', 'outcome is ""'],
    ['ann,x,y,0x1,1,true', 'outcome is "0x1"'],
    ['ann,x,y,1 0,1,true', 'outcome is "1 0"'],
    ['ann,x,y,"0,5",1,true', 'outcome is "0,5"'],
    ['ann,x,y,1,-1,true', 'weight is "-1"'],
    ['ann,x,y,1,,true', 'weight is ""'],
    ['ann,x,y,1,1e9,true', 'weight is "1e9", not a number from 0 to 1000'],
    ['ann,x,y,1,1,maybe', 'ordered is "maybe"'],
    ['ann,x,y,1,1,', 'ordered is ""'],
    [',x,y,1,1,true', 'judge is empty'],
    ['ann, ,y,1,1,true', 'a is empty'],
    ['ann,x,,1,1,true', 'b is empty'],
    ['ann,x,x,1,1,true', 'a and b are both "x"'],
    ['ann,x, x ,1,1,true', 'a and b are both "x"'],
    ['ann,x,y\u{FFFD},1,1,true', 'not valid UTF-8'],
    ['ann,"x"x,y,1,1,true\n"', 'text follows a closing quote (the record then goes on to line 7)'],
  ])('CSV: %j', async (line, reason) => {
    // Two lines of header and vote, then a vote that spans two lines.
    const faults = await faultsOf(`${header}\n${good}\n"an\nn",x,y,1,1,true\n\n${line}\n${good}\n`);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^6: /u);
    expect(faults[0]).toContain(reason);
  });

  test.each([
    ['{"a":"x","b":"y","outcome":NaN}', 'this is not JSON'],
    ['[1]', '[1] is not an object'],
    ['null', 'null is not an object'],
    ['{}', 'no keys'],
    ['{"a":"x","b":"y","winner":"model_a"}', 'this object has "a", "b", "winner"'],
    ['{"a":"x","b":"y","outcome":null}', 'outcome is null'],
    ['{"a":"x","b":"y","outcome":true}', 'outcome is true'],
    ['{"a":"x","b":"y","outcome":1e999}', 'outcome is Infinity'],
    ['{"a":"x","b":["y"],"outcome":1}', 'b is ["y"], not a name'],
    ['{"a":"\\ud800","b":"y","outcome":1}', 'not valid UTF-8'],
    ['{"a":"x","b":"y","outcome":1,"judge":null}', 'judge is null'],
    ['{"a":"x","b":"y","outcome":1,"weight":null}', 'weight is null'],
    ['{"model_a":"x","model_b":"y","winner":"x"}', 'winner is "x", not one of model_a'],
    ['{"model_a":"x","model_b":"y","winner":"toString"}', 'winner is "toString"'],
    ['{"model_a":"x","model_b":"x","winner":"tie"}', 'model_a and model_b are both "x"'],
  ])('JSONL and JSON: %s', async (line, reason) => {
    const vote = '{"a":"x","b":"y","outcome":1}';
    const alone = await faultsOf(`${vote}\n\n${line}\n${vote}\n`, { name: 'v.jsonl' });
    const inList = await faultsOf(`[${vote},\n\n  ${line}\n,\n${vote}]\n`, { name: 'v.json' });
    for (const faults of [alone, inList]) {
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(/^3: /u);
      expect(faults[0]).toContain(reason);
    }
  });

  test('JSONL: a line that is cut short', async () => {
    expect(await faultsOf('{"a":"x"\n{"a":"x","b":"y","outcome":1}\n{', { name: 'v.jsonl' })).toEqual([
      expect.stringContaining('1: this is not JSON'),
      expect.stringContaining('3: this is not JSON'),
    ]);
  });
});

describe('what makes the rest unreadable ends the reading', () => {
  const list = '[{"a":"x","b":"y","outcome":1}';
  test.each([
    ['', 'v.csv', '1: the file is empty'],
    ['\n \n', 'v.json', '1: the file is empty'],
    ['judge,a,b\n', 'v.csv', '1: the header names "judge", "a", "b"; a vote has a, b and outcome'],
    ['\n\njudge;a;b;outcome\n', 'v.csv', '3: the header names "judge;a;b;outcome"; a vote has'],
    ['x,y,1\n', 'v.csv', '1: the header names "x", "y", "1"'],
    ['a,b,a,outcome\n', 'v.csv', '1: the header names a twice'],
    ['a,b,outcome\rx,y,1\r', 'v.csv', '1: lines end with CR alone'],
    ['a,b,outcome\nx,y,1\n"x,y,1\nx,y,1\n', 'v.csv', '3: a quoted field of this record is never closed'],
    [`${list},\n`, 'v.json', '2: the file ends before its list does'],
    [`${list},\n{"a":`, 'v.json', '2: the file ends before its list does'],
    [`${list}]\n]`, 'v.json', '2: text follows the end of the list'],
    ['"a"', 'v.json', '1: a JSON file of votes begins with "["'],
  ])('%j', async (content, name, fault) => {
    const { result, faults } = await rankFile(content, { name, skipMalformed: true });
    expect(result).toMatchObject({ ok: false, error: { type: 'malformed' } });
    expect(faults.total).toBe(1);
    expect(`${faults.first[0]?.line}: ${faults.first[0]?.reason}`).toContain(fault);
  });

  test('a quote that is never closed does not fill the memory', async () => {
    const content = `a,b,outcome\nx,y,1\n"${'x'.repeat(17 * 1024 * 1024)}`;
    const faults = await faultsOf(content, { cuts: Array.from({ length: 40 }, (_, part) => part * 450_000) });
    expect(faults).toEqual([expect.stringMatching(/^3: .*more than 16 million characters/u)]);
  });

  test('commas of a list without an element between them', async () => {
    const vote = '{"a":"x","b":"y","outcome":1}';
    expect(await faultsOf(`[,\n${vote},\n,${vote},\n]`, { name: 'v.json' })).toEqual([
      expect.stringMatching(/^1: an element is missing/u),
      expect.stringMatching(/^3: an element is missing/u),
      expect.stringMatching(/^4: an element is missing/u),
    ]);
  });
});

describe('faults', () => {
  const many = `a,b,outcome\nx,y,1\n${'x,x,1\n'.repeat(30)}y,x,1\n`;

  test('leave nothing ranked; the first 20 are told and all are counted', async () => {
    const { result, faults } = await rankFile(many);
    expect(faults.total).toBe(30);
    expect(faults.first).toHaveLength(20);
    expect(result).toMatchObject({ ok: false, error: { message: expect.stringContaining('30 malformed records') } });
  });

  test('are left out on demand, counted, and leave no trace', async () => {
    const { result, faults } = await rankFile(`${many}new,x,9\n`, { skipMalformed: true });
    expect(faults.total).toBe(31);
    expect(result).toMatchObject({ ok: true, value: { votes: 2, skipped: 31, itemCount: 2 } });
  });

  test('nothing but faults, or a header alone, is no ranking', async () => {
    const { result } = await rankFile('a,b,outcome\nx,x,1\n', { skipMalformed: true });
    expect(result).toMatchObject({ ok: false, error: { type: 'no-votes' } });
    expect((await rankFile('a,b,outcome\n')).result).toMatchObject({ ok: false, error: { type: 'no-votes' } });
    expect((await rankFile('[]', { name: 'v.json' })).result).toMatchObject({ ok: false, error: { type: 'no-votes' } });
  });
});

test('names that differ only in unreadable bytes are never taken for one', async () => {
  const latin1 = Buffer.from('a,b,outcome\nmod\u{E8}le,mod\u{E9}le,1\n', 'latin1');
  expect(await faultsOf(latin1)).toEqual([
    expect.stringContaining('2: a is "mod\u{FFFD}le", which is not valid UTF-8'),
  ]);
  const utf8 = await reportOn('a,b,outcome\nmod\u{E8}le,mod\u{E9}le,1\n');
  expect(utf8.items.map(({ name }) => name)).toEqual(['mod\u{E8}le', 'mod\u{E9}le']);
});
