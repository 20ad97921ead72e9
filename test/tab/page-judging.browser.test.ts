import axe from 'axe-core';
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { type ShownPage, drawn, frame, showPage } from './fixtures/shown-page.ts';
import { shippedJudging } from './fixtures/judging.ts';
import { states } from './fixtures/states.ts';

let shown: ShownPage | undefined;

afterEach(() => {
  shown?.close();
  shown = undefined;
});

async function show(state: string, width = 1680): Promise<ShownPage> {
  await page.viewport(width, 900);
  shown = await showPage(states[state]!);
  return shown;
}

const text = (selector: string): string =>
  (shown?.root.querySelector(selector)?.textContent ?? '').replaceAll('\u00A0', ' ');

async function openHow(): Promise<void> {
  shown!.root.querySelector<HTMLElement>('.judging-how [aria-expanded]')!.click();
  await drawn(() => text('.judging-body') !== '');
}

test('R29: one sentence says how good a judge this tab is, how sure that is and on how many questions', async () => {
  await show('empty');
  expect(text('.judging-card > p')).toMatch(
    /^Judges right on \d\d % of its own model’s answers \(\d\d % to \d\d %, [\d,]+ questions\)\.$/,
  );
  expect(shown!.root.querySelector('.judging-body')).toBeNull();
});

test('R29: how that is known is told on request, by source, with error, version and seed', async () => {
  await show('empty');
  await openHow();
  const named = [...shown!.root.querySelectorAll('.judging-sources dt')].map((term) => term.textContent);
  expect(named).toEqual(['Its own answers', 'Written pairs', 'Slips', 'Attacks']);
  for (const part of ['(ECE)', 'Brier score', shippedJudging.version, shippedJudging.seed!])
    expect(text('.judging-body')).toContain(part);
  await frame();
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(1680);
  const { violations } = await axe.run(shown!.root);
  expect(violations.map(({ id }) => id)).toEqual([]);
});

test('R29: a tab whose votes carry no weight says so, why, and that it can still answer', async () => {
  await show('judgingWeightless');
  expect(text('.judging-card .callout')).toBe(
    'This tab’s votes carry no weight. It was right in 56 %, where tossing a coin is right in 50 %; ' +
      'a vote needs more than 60 %. It can still answer.',
  );
  shown!.session.show({ judging: states['judgingMeasuring']!.judging });
  await drawn(() => text('.judging-card .callout').includes('has not been measured as a judge yet'));
});

test('R27: a measurement shows how far it is and what it waits for; it is stopped, gone on with and begun anew', async () => {
  const { session } = await show('judgingMeasuring');
  expect(text('.judging-state')).toBe('Measuring how well it judges: 87 of 246');
  await page.getByRole('button', { name: 'Stop measuring' }).click();
  session.show({ judging: states['judgingWaiting']!.judging });
  await drawn(() => text('.judging-state').endsWith('87 of 246, goes on when nobody asks'));
  session.show({ judging: states['judgingStopped']!.judging });
  await drawn(() => text('.judging-state').endsWith('87 of 246, stopped'));
  await page.getByRole('button', { name: 'Go on' }).click();
  session.show({ judging: { ...states['judgingWeightless']!.judging, canUseShipped: true } });
  await drawn(() => text('.judging-state') === '');
  await openHow();
  await page.getByRole('button', { name: 'Measure again' }).click();
  await page.getByRole('button', { name: 'Use the shipped figures' }).click();
  expect(session.commands).toEqual([
    ['stopMeasuring'],
    ['measureJudging'],
    ['measureJudging'],
    ['restoreShippedJudging'],
  ]);
});
