import { describe, expect, test } from 'vitest';
import type { Aggregate, Aggregator } from '../../src/ranking/aggregators/aggregator.ts';
import { aggregate, vote } from '../contracts/aggregator.ts';
import baseball from './fixtures/baseball-1987.json';
import cycle from './fixtures/choix-cycle.json';
import citations from './fixtures/journal-citations.json';
import tennis from './fixtures/tennis-2014-2018.json';

type ByItem = Readonly<Record<string, number>>;

export interface Published {
  readonly reference: string;
  /** Digits after the point that were printed. */
  readonly decimals: number;
  readonly strengths: ByItem;
  readonly standardErrors?: ByItem;
  readonly orderEffect?: number;
  readonly orderEffectStandardError?: number;
}

export interface DataSet {
  readonly items: readonly string[];
  readonly contests: readonly {
    readonly first: string;
    readonly second: string;
    readonly firstWins: number;
    readonly secondWins: number;
  }[];
  readonly published: Published;
  readonly publishedWithOrderEffect?: Published;
}

export const dataSets: readonly (readonly [string, DataSet])[] = [
  ['American League baseball 1987', baseball],
  ['citations among journals', citations],
  ['tennis 2014-2018', tennis],
  ['a circle of three', cycle],
];

/** Within rounding of what was printed. */
export function expectPrinted(actual: number, printed: number, decimals: number): void {
  expect(Math.abs(actual - printed)).toBeLessThanOrEqual(0.501 * 10 ** -decimals);
}

/** What every maximum-likelihood aggregator keeps to: the published strengths, however it finds them. */
export function describePublishedFits(aggregator: Aggregator): void {
  describe(`published data sets: ${aggregator.name}`, () => {
    const fit = ({ items, contests }: DataSet): Aggregate | undefined => {
      const votes = contests.flatMap(({ first, second, firstWins, secondWins }) => {
        const pair = [items.indexOf(first), items.indexOf(second)] as const;
        return [vote(...pair, { weight: firstWins }), vote(...pair, { weight: secondWins, outcome: 0 })];
      });
      return aggregate(aggregator, votes);
    };

    test.each(dataSets)('%s: the published strengths to the last digit printed', (_, data) => {
      const { reference, strengths, decimals } = data.published;
      const result = fit(data);
      expect(result?.converged).toBe(true);
      const zero = result?.strengths[data.items.indexOf(reference)] as number;
      for (const [index, item] of data.items.entries())
        expectPrinted((result?.strengths[index] as number) - zero, strengths[item] as number, decimals);
    });

    test('citations among journals: the published strengths around zero, and their standard errors', () => {
      const { strengths, standardErrors, decimals } = citations.publishedCentred;
      const result = fit(citations);
      for (const [index, item] of citations.items.entries()) {
        expectPrinted(result?.strengths[index] as number, (strengths as ByItem)[item] as number, decimals);
        const deviation = result?.uncertainty?.deviations[index];
        if (deviation !== undefined) expectPrinted(deviation, (standardErrors as ByItem)[item] as number, decimals);
      }
    });
  });
}
