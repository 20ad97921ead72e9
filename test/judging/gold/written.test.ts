import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { screenAnswer } from '../../../src/judging/screening/screening.ts';

interface Pair {
  readonly id: string;
  readonly difficulty: number;
  readonly form: string;
  readonly fault: string;
  readonly question: string;
  readonly better: string;
  readonly worse: string;
}

const folder = new URL('../../../src/judging/gold/written/', import.meta.url);
const subjects = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { subject: string; pairs: Pair[] },
);
const words = (text: string): number => text.split(/\s+/u).length;

describe('written pairs', () => {
  test('R23: at least 240 over twelve subjects and three degrees of difficulty, in sentences and passages', () => {
    expect(subjects).toHaveLength(12);
    expect(subjects.flatMap(({ pairs }) => pairs).length).toBeGreaterThanOrEqual(240);
    for (const { subject, pairs } of subjects)
      for (const difficulty of [1, 2, 3]) {
        const some = pairs.filter((pair) => pair.difficulty === difficulty);
        expect([subject, some.filter(({ form }) => form === 'sentence').length]).toEqual([subject, 5]);
        expect(some.filter(({ form }) => form === 'passage')).toHaveLength(3);
      }
  });

  test('R23: length gives nothing away', () => {
    for (const { subject, pairs } of subjects) {
      const total = (side: 'better' | 'worse'): number => pairs.reduce((sum, pair) => sum + words(pair[side]), 0);
      expect([subject, Math.abs(total('better') / total('worse') - 1) < 0.04]).toEqual([subject, true]);
      const longerWrong = pairs.filter(({ better, worse }) => words(worse) > words(better)).length;
      expect([subject, Math.abs(longerWrong - pairs.length / 2) <= 2]).toEqual([subject, true]);
    }
  });

  test('R23: every question is asked once, and every answer is one', () => {
    const pairs = subjects.flatMap((one) => one.pairs);
    expect(new Set(pairs.map(({ question }) => question.toLowerCase())).size).toBe(pairs.length);
    expect(new Set(pairs.map(({ id }) => id)).size).toBe(pairs.length);
    for (const { question, better, worse } of pairs) {
      expect(better).not.toBe(worse);
      expect([screenAnswer(question, better), screenAnswer(question, worse)]).toEqual([
        { genuine: true },
        { genuine: true },
      ]);
    }
  });
});
