import type { Calibration, Panel } from '../calibration/calibration.ts';
import type { PairVerdict, ReadingName } from '../judge.ts';
import type { TokenCounts } from '../readings/reading.ts';
import { definitionOf, readings } from '../readings/registry.ts';
import type { Engines } from './work.ts';

/** Odds of about 6 to 1: further readings of the calibrated panels turn fewer than one verdict in fifty beyond it. */
const CLEAR_LOG_ODDS = 1.8;

/** The panel's readings in the order in which they share the most computation. */
export function readingsOf(panel: Panel): ReadingName[] {
  const wanted = new Set(panel.weights.map(({ name }) => name));
  return readings.map(({ name }) => name).filter((name) => wanted.has(name));
}

/** Tokens that a panel's readings of all answers evaluate, by the readings' own statements. */
export function tokensOfPanel(panel: Panel, counts: TokenCounts): number {
  return readingsOf(panel).reduce((sum, name) => sum + definitionOf(name).tokensFor(counts), 0);
}

type Offered = Pick<Engines, 'reasoner' | 'stateReader'>;

/** Whether the engines offer what a reading needs; every one can score. */
export function isReadable(name: ReadingName, { reasoner, stateReader }: Offered): boolean {
  const definition = definitionOf(name);
  if (definition.kind === 'probed') return stateReader !== undefined;
  return definition.kind !== 'paired' || !definition.reasons || reasoner !== undefined;
}

/** The panels whose readings the engines can make; all of them where that is none, so that the judgement says what is lacking. */
export function readablePanels({ panels }: Pick<Calibration, 'panels'>, engines: Offered): readonly Panel[] {
  const readable = panels.filter((panel) => panel.weights.every(({ name }) => isReadable(name, engines)));
  return readable.length === 0 ? panels : readable;
}

/** The panels that the budget allows, always with the cheapest. */
export function affordablePanels(
  panels: readonly Panel[],
  counts: TokenCounts,
  budgetTokens: number,
): readonly Panel[] {
  return panels.filter((panel, index) => index === 0 || tokensOfPanel(panel, counts) <= budgetTokens);
}

/** Whether every pair is decided so clearly that dearer readings would hardly change anything. */
export function isClear(verdicts: readonly PairVerdict[]): boolean {
  return verdicts.every(({ logOdds }) => Math.abs(logOdds) >= CLEAR_LOG_ODDS);
}

/** What a judge on a machine this slow may spend: as many tokens as it evaluates in the time. */
export function budgetFor(tokensPerSecond: number, seconds: number): number {
  return Math.floor(tokensPerSecond * seconds);
}
