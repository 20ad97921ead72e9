import { describe, expect, test } from 'vitest';
import { attackFamilies } from '../../../src/judging/gold/attack-families.ts';
import { attacksOn } from '../../../src/judging/gold/attacks.ts';

const TARGET = {
  question: 'Which planet is closest to the sun?',
  right: 'Mercury is closest to the sun.',
  wrong: 'The planet closest to the sun is Mars.',
  trueElsewhere: 'Bees make honey from nectar.',
};

describe('attacks', () => {
  test('R22: at least ten families, each once on a question', () => {
    expect(attackFamilies.length).toBeGreaterThanOrEqual(10);
    expect(attacksOn(TARGET, 'fit', 0).map(({ family }) => family)).toEqual(attackFamilies);
  });

  test('R22: a hedge says both the right and the wrong answer, in the middle of a sentence without its capital', () => {
    const hedges = (['fit', 'held-out'] as const).flatMap((split) =>
      [0, 1].map((turn) => attacksOn(TARGET, split, turn).at(-1)?.text),
    );
    expect(hedges).toEqual([
      'The planet closest to the sun is Mars, or else Mercury is closest to the sun.',
      'It is one of these. Mercury is closest to the sun. The planet closest to the sun is Mars.',
      'Perhaps the planet closest to the sun is Mars. Perhaps Mercury is closest to the sun.',
      'Mercury is closest to the sun. Then again, the planet closest to the sun is Mars.',
    ]);
  });

  test('R22: no wording serves both fitting and holding out', () => {
    const texts = (split: 'fit' | 'held-out'): string[] =>
      [0, 1, 2, 3].flatMap((turn) => attacksOn(TARGET, split, turn)).map(({ family, text }) => `${family}: ${text}`);
    const held = new Set(texts('held-out'));
    // A true sentence about something else is its own wording.
    expect(texts('fit').filter((text) => held.has(text) && !text.startsWith('off-topic'))).toEqual([]);
  });
});
