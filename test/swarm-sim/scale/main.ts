import { parseArgs } from 'node:util';
import { LIFETIME_CONNECTIONS } from '../../../src/swarm/overlay/constants.ts';
import { measuredRelay } from '../../bench/swarm/measured-constants.ts';
import { assumptions, relaysFor, tabHour } from './paper.ts';
import { MEAN_SESSION_MS, type Stage, simulateScale } from './simulate.ts';

// npm run scale: a large room simulated with the product's reducers, and what it asks of relays and tabs.

const MOST_TABS = 200_000;
const usage = `Usage: npm run scale -- [--tabs 10000] [--seed scale] [--broadcasts 10]
Simulates one room of so many tabs (10,000 take some minutes and 2 GB; 100,000 the better part of an hour and 12 GB: give
Node the memory with NODE_OPTIONS=--max-old-space-size=14000), then says what 10^4, 10^5 and 10^6 tabs need.
`;

const say = (line = ''): void => void process.stdout.write(`${line}\n`);
const percent = (share: number): string => `${(100 * share).toFixed(share > 0.999 && share < 1 ? 3 : 1)} %`;
const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');
const row = (cells: readonly (string | number)[], widths: readonly number[]): string =>
  cells.map((cell, index) => String(cell)[index === 0 ? 'padEnd' : 'padStart'](widths[index] as number)).join('  ');

function readOptions(): { tabs: number; seed: string; broadcasts: number } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        tabs: { type: 'string', default: '10000' },
        seed: { type: 'string', default: 'scale' },
        broadcasts: { type: 'string', default: '10' },
      },
    });
    const [tabs, broadcasts] = [Number(values.tabs), Number(values.broadcasts)];
    const isWithin = (value: number, least: number, most: number): boolean =>
      Number.isSafeInteger(value) && value >= least && value <= most;
    if (!isWithin(tabs, 50, MOST_TABS) || !isWithin(broadcasts, 1, 1_000)) return undefined;
    return { tabs, seed: values.seed, broadcasts };
  } catch {
    return undefined;
  }
}

function main(): number {
  const options = readOptions();
  if (options === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  const startedAtMs = performance.now();
  say(
    `Simulated: one room, ${grouped(options.tabs)} tabs, sessions of ${MEAN_SESSION_MS / 60_000} min on average, seed ${options.seed}`,
  );
  const widths = [30, 8, 10, 6, 6, 6, 6, 7, 8];
  say(row(['', 'tabs', 'together', 'least', 'p50', 'mean', 'most', 'paths', 'longest'], widths));
  const onStage = ({ name, tabs, component, degree, paths }: Stage): void =>
    say(
      row(
        [
          name,
          tabs,
          percent(component),
          degree.least,
          degree.p50,
          degree.mean.toFixed(1),
          degree.most,
          paths.mean.toFixed(1),
          paths.longest,
        ],
        widths,
      ),
    );
  const simulated = simulateScale({ ...options, onStage });
  say();
  const castWidths = [24, 9, 12, 12, 10, 10, 10, 10];
  say(
    row(
      ['broadcasts', 'reached', 'each p50/p99', 'last p50/p99', 'hops', 'sent per', 'small per', 'number'],
      castWidths,
    ),
  );
  for (const {
    name,
    broadcasts,
    ratio,
    eachMs,
    lastMs,
    hops,
    sentPerDelivered,
    smallPerDelivered,
  } of simulated.deliveries)
    say(
      row(
        [
          name,
          percent(ratio),
          `${eachMs.p50.toFixed(0)}/${eachMs.p99.toFixed(0)}`,
          `${lastMs.p50.toFixed(0)}/${lastMs.p99.toFixed(0)}`,
          `${hops.p50}/${hops.p99}`,
          sentPerDelivered.toFixed(2),
          smallPerDelivered.toFixed(2),
          broadcasts,
        ],
        castWidths,
      ),
    );
  const { connectionsPerTabHour, connectionsToJoin } = simulated;
  say(
    `Connections of one tab, opened by it or to it: ${connectionsToJoin.toFixed(1)} to get in, ${connectionsPerTabHour.toFixed(1)} an hour of ` +
      `churn; ${LIFETIME_CONNECTIONS} last ${((LIFETIME_CONNECTIONS - connectionsToJoin) / connectionsPerTabHour).toFixed(0)} hours.`,
  );
  say(`Simulated in ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s.`);

  say();
  say(
    `Relays (costs measured ${measuredRelay.measured}; a relay of one busy core, ${assumptions.relayMemoryBytes / 1e9} GB, used to ${percent(assumptions.headroom)})`,
  );
  const needWidths = [10, 7, 10, 26, 7, 9, 8, 12, 12];
  say(
    row(['tabs', 'relays', 'tabs each', 'decided by', 'cores', 'memory', 'kB/s', 'changes/s', 'return in'], needWidths),
  );
  for (const tabs of [1e4, 1e5, 1e6]) {
    const needs = relaysFor(tabs, simulated);
    say(
      row(
        [
          grouped(tabs),
          needs.relays,
          needs.tabsPerRelay,
          needs.decidedBy,
          needs.coresPerRelay.toFixed(2),
          `${(needs.memoryPerRelay / 1e6).toFixed(0)} MB`,
          needs.kilobytesPerSecond.toFixed(0),
          needs.changesPerSecond.toFixed(1),
          `${needs.returnSeconds.toFixed(0)} s`,
        ],
        needWidths,
      ),
    );
  }
  say();
  say('One tab sends in an hour, however large the room');
  const hour = tabHour(simulated);
  for (const { what, bytes, how } of hour) say(row([what, `${(bytes / 1e6).toFixed(2)} MB`, how], [68, 10, 10]));
  say(row(['in all', `${(hour.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(2)} MB`], [68, 10]));
  say();
  say('What breaks first: see src/swarm/overlay/scale.md.');
  return 0;
}

process.exitCode = main();
