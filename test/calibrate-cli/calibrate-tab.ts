import { join } from 'node:path';
import type { GoldItem } from '#judging';
import type { Failure, Result } from '#vocabulary';
import { openModelTab } from '../judge-cli/model-tab.ts';
import type { MeasuredItem } from './measured-item.ts';
import type { CalibratePage, CalibrateSettings } from './page/calibrate-page.ts';

/** A real tab that measures its model as a judge, one item after the other. */
export interface CalibrateTab {
  /** An error is the end of the tab. */
  measure(item: GoldItem): Promise<Result<MeasuredItem, Failure>>;
  close(): Promise<void>;
}

interface CalibrateWindow {
  readonly calibratePage: CalibratePage;
}

/** Builds the page, opens it in a browser and loads the model. Throws where there is no browser. */
export async function openCalibrateTab(
  modelFile: string,
  settings: CalibrateSettings,
): Promise<Result<CalibrateTab, Failure>> {
  const tab = await openModelTab(join(import.meta.dirname, 'page'), modelFile, (page) =>
    page.evaluate((wanted) => (globalThis as unknown as CalibrateWindow).calibratePage.load(wanted), settings),
  );
  if (!tab.ok) return tab;
  const { ask, close } = tab.value;
  return {
    ok: true,
    value: {
      measure: (item) =>
        ask((page) =>
          page.evaluate((asked) => (globalThis as unknown as CalibrateWindow).calibratePage.measure(asked), item),
        ),
      close,
    },
  };
}
