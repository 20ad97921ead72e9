import type { Aggregator, AggregatorName } from './aggregator.ts';
import { borda } from './borda.ts';
import { crowdBt } from './crowd-bt.ts';
import { elo } from './elo.ts';
import { fortytwo } from './fortytwo.ts';
import { majority } from './majority.ts';
import { judgeAware } from './judge-aware.ts';
import { maximumAPosteriori } from './maximum-a-posteriori.ts';
import { mlMm, mlNewman, mlNewton } from './maximum-likelihood.ts';

/** Every way to aggregate votes, by the name it has on the command line. */
export const aggregators: Readonly<Record<AggregatorName, Aggregator>> = {
  'judge-aware': judgeAware,
  map: maximumAPosteriori,
  'ml-newton': mlNewton,
  'ml-mm': mlMm,
  'ml-newman': mlNewman,
  'crowd-bt': crowdBt,
  elo,
  borda,
  majority,
  fortytwo,
};
