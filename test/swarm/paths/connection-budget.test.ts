import { expect, test } from 'vitest';
import { createConnectionBudget } from '../../../src/swarm/paths/connection-budget.ts';

test('R90: what counts is what exists, and each change of level is told once', () => {
  const levels: string[] = [];
  const budget = createConnectionBudget(({ level, existing }) => levels.push(`${level} ${existing}`));
  for (let index = 0; index < 450; index++) {
    budget.made();
    budget.closed();
  }
  expect(levels).toEqual(['low 300', 'spent 440']);
  expect(budget.state()).toEqual({ made: 450, open: 0, existing: 450, most: 500, level: 'spent' });
  for (let index = 0; index < 440; index++) budget.collected();
  expect(levels.slice(2)).toEqual(['low 439', 'ample 299']);
  expect(budget.state()).toMatchObject({ made: 450, existing: 10, level: 'ample' });
});
