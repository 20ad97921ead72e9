import type { planGold, REFRESH_GOLD_SIZE } from './gold-plan.ts';
import type { runGold } from './gold-run.ts';

/** What measuring needs. */
export interface Gold {
  readonly planGold: typeof planGold;
  readonly runGold: typeof runGold;
  readonly refreshSize: typeof REFRESH_GOLD_SIZE;
}

/** Fetched only where something is measured: questions and written pairs would be a good part of the page. */
export async function loadGold(): Promise<Gold> {
  const [plan, run] = await Promise.all([import('./gold-plan.ts'), import('./gold-run.ts')]);
  return { planGold: plan.planGold, runGold: run.runGold, refreshSize: plan.REFRESH_GOLD_SIZE };
}
