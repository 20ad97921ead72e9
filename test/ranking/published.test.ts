import { describe, test } from 'vitest';
import { mlMm, mlNewman, mlNewton } from '../../src/ranking/aggregators/maximum-likelihood.ts';
import { factorise, solve } from '../../src/ranking/numerics/cholesky.ts';
import { type DataSet, type Published, dataSets, describePublishedFits, expectPrinted } from './published-fits.ts';

interface LogisticFit {
  readonly coefficients: readonly number[];
  readonly standardErrors: readonly number[];
}

/** Logistic regression on item dummies without the reference, and on an intercept where there is an order effect: Newton's steps. */
function regress({ items, contests }: DataSet, { reference, orderEffect }: Published): LogisticFit {
  const names = items.filter((item) => item !== reference);
  const size = names.length + (orderEffect === undefined ? 0 : 1);
  const rowOf = (first: string, second: string): number[] =>
    Array.from({ length: size }, (_, column) =>
      column === names.length ? 1 : Number(names[column] === first) - Number(names[column] === second),
    );
  let coefficients = Array.from({ length: size }, () => 0);
  const information = { size, entries: new Float64Array(size * size) };
  for (let step = 0; step < 30; step++) {
    information.entries.fill(0);
    const score = new Float64Array(size);
    for (const { first, second, firstWins, secondWins } of contests) {
      const row = rowOf(first, second);
      const chance = 1 / (1 + Math.exp(-row.reduce((sum, x, i) => sum + x * (coefficients[i] as number), 0)));
      const games = firstWins + secondWins;
      for (const [i, x] of row.entries()) {
        score[i]! += x * (firstWins - games * chance);
        for (const [j, y] of row.entries()) information.entries[i * size + j]! += x * y * games * chance * (1 - chance);
      }
    }
    const move = solve(factorise(information), score);
    coefficients = coefficients.map((coefficient, i) => coefficient + (move[i] as number));
  }
  const factor = factorise(information);
  const standardErrors = coefficients.map((_, i) => {
    const unit = new Float64Array(size);
    unit[i] = 1;
    return Math.sqrt(solve(factor, unit)[i] as number);
  });
  return { coefficients, standardErrors };
}

describe('published data sets', () => {
  const fits = dataSets.flatMap(([name, data]) => [
    [name, data, data.published] as const,
    ...(data.publishedWithOrderEffect === undefined
      ? []
      : [[`${name}, with an order effect`, data, data.publishedWithOrderEffect] as const]),
  ]);

  test.each(fits)(
    '%s: the fixture holds what was published, by a regression apart from the product',
    (_, data, published) => {
      const { coefficients, standardErrors } = regress(data, published);
      const names = data.items.filter((item) => item !== published.reference);
      for (const [i, name] of names.entries()) {
        expectPrinted(coefficients[i] as number, published.strengths[name] as number, published.decimals);
        if (published.standardErrors !== undefined)
          expectPrinted(standardErrors[i] as number, published.standardErrors[name] as number, published.decimals);
      }
      if (published.orderEffect === undefined) return;
      expectPrinted(coefficients.at(-1) as number, published.orderEffect, published.decimals);
      expectPrinted(standardErrors.at(-1) as number, published.orderEffectStandardError as number, published.decimals);
    },
  );
});

for (const aggregator of [mlNewton, mlMm, mlNewman]) describePublishedFits(aggregator);
