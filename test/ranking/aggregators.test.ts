import { aggregators } from '#ranking';
import { describeAggregator } from '../contracts/aggregator.ts';

describeAggregator(aggregators['judge-aware'], { orderMatters: false });
describeAggregator(aggregators.map, { orderMatters: false });
