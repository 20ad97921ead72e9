import { mlMm, mlNewman, mlNewton } from '../../src/ranking/aggregators/maximum-likelihood.ts';
import { describeAggregator } from '../contracts/aggregator.ts';
import { describePublishedFits } from './published-fits.ts';

for (const aggregator of [mlNewton, mlMm, mlNewman]) {
  describeAggregator(aggregator, { orderMatters: false });
  describePublishedFits(aggregator);
}
