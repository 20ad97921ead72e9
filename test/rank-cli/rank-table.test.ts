import { describe, expect, test } from 'vitest';
import { aggregators } from '#ranking';
import { formatRanking } from './rank-table.ts';
import { printable, printableJson, shortened, widthOf } from './terminal-text.ts';
import { reportOn } from './vote-files.ts';

const hostile = [
  '\u{1B}[31mred\u{1B}[0m',
  '\u{1B}]0;title\u{7}bell',
  'line\nbreak\r\ttab',
  '\u{9B}31mC1\u{85}',
  'abc\u{202E}gnp.exe',
  'null\0byte\u{7F}',
  '\u{2028}line separator',
];

describe('text from a file', () => {
  test.each(hostile)('%j is harmless to a terminal', (name) => {
    // oxlint-disable-next-line no-control-regex
    const obeyed = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/u;
    expect(printable(name)).not.toMatch(obeyed);
    const json = printableJson({ name });
    expect(json).not.toMatch(obeyed);
    expect(JSON.parse(json)).toEqual({ name });
  });

  test('is shortened by columns, between characters', () => {
    expect(shortened('模型模型模型', 7)).toBe('模型模…');
    expect(shortened('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 5)).toBe('👩‍👩‍👧‍👦👩‍👩‍👧‍👦…');
    expect(shortened('short', 5)).toBe('short');
  });
});

const csv = `judge,a,b,outcome
ann,x,模型,1
ann,模型,y,1
bob,y,x,0.5
bob,"${'long '.repeat(30)}",x,0
`;

describe('the table', () => {
  test('aligns columns whatever the width of the characters, and fits the terminal', async () => {
    const report = await reportOn(csv, { aggregator: aggregators.map, replicates: 20 });
    for (const width of [60, 100, 140, 300]) {
      const [titles = '', ...rows] = formatRanking(report, width).split('\n\n')[0]?.split('\n') ?? [];
      expect(rows).toHaveLength(4);
      const place = widthOf(titles.slice(0, titles.indexOf('P(best)'))) + 'P(best)'.length;
      for (const row of rows) {
        const figure = /\d\.\d{3}(?=\s|$)(?!.*\d\.\d{3})/u.exec(row);
        expect(widthOf(row.slice(0, figure?.index)) + 5).toBe(place);
        expect(row.includes('●')).toBe(width > 120);
        if (width > 120) expect(widthOf(row)).toBeLessThanOrEqual(width);
      }
    }
  });

  test('says what was counted, how it was fitted and what remains open', async () => {
    const plain = formatRanking(await reportOn(csv, { aggregator: aggregators.map }), 80);
    expect(plain).toContain('4 votes, 4 items, 2 judges. Method map (logits), converged.');
    expect(plain).toContain('is winless: the votes alone do not fix all strengths.');
    const open = await reportOn('a,b,outcome\nx,y,1\n', { aggregator: aggregators['ml-newton'] });
    expect(formatRanking(open, 80)).toMatch(
      /without converging\.\nx is undefeated: no finite maximum\.\nNo intervals/u,
    );
    const elo = await reportOn(`${csv}bob,x,x,1\n`, { aggregator: aggregators.elo, skipMalformed: true });
    const text = formatRanking(elo, 80);
    expect(text).toContain('1 malformed record left out.');
    expect(text).toContain('Intervals by bootstrap, since elo has none of its own: 200 draws of the votes; seed test.');
  });

  test('shows twenty judges and counts the rest', async () => {
    const rows = Array.from({ length: 25 }, (_, judge) => `judge-${judge},x,y,${judge % 2}\n`.repeat(judge + 1));
    const text = formatRanking(await reportOn(`judge,a,b,outcome\n${rows.join('')}`, { top: 1 }), 80);
    expect(text).toContain('and 1 more item\n');
    expect(text).toContain('and 5 more judges\n');
    expect(text).toContain('judge-24');
    expect(text).not.toMatch(/judge-4 /u);
  });

  test('hostile names reach it harmless', async () => {
    const rows = hostile.map((name) => `"${name}",x,"${name.replaceAll('"', '""')}!",1\n`);
    const text = formatRanking(await reportOn(`judge,a,b,outcome\n${rows.join('')}`), 100);
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/u);
  });
});
