import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { formatClock } from '../../src/tab/contribute/sharing-words.ts';
import { type ShownPage, drawn, frame, showPage } from './fixtures/shown-page.ts';
import { nightShare, servingShare } from './fixtures/sharing.ts';
import { states } from './fixtures/states.ts';

let shown: ShownPage | undefined;

afterEach(() => {
  shown?.close();
  shown = undefined;
  localStorage.removeItem('peerage:theme');
});

async function open(state: string, width = 1680): Promise<ShownPage> {
  await page.viewport(width, 900);
  shown = await showPage(states[state]!);
  const views = [...shown.root.querySelectorAll<HTMLElement>('.views > button, .side-tabs > button')];
  views.at(-1)?.click();
  await frame();
  await page.getByRole('button', { name: 'When and how much' }).click();
  return shown;
}

const text = (): string => (shown?.root.querySelector('.sharing')?.textContent ?? '').replaceAll('\u00A0', ' ');

describe.each(['empty', 'sharingRests', 'sharingNight'])('R13: limits of sharing, %s', (state) => {
  test.each(['light', 'dark'])('have no accessibility violation in %s colours', async (theme) => {
    localStorage.setItem('peerage:theme', theme);
    await open(state);
    const { violations } = await axe.run(shown!.root.querySelector<HTMLElement>('.sharing')!);
    expect(violations.map(({ id }) => id)).toEqual([]);
  });

  test.each([360, 820])('fit a window %i px wide', async (width) => {
    await open(state, width);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    const panel = shown!.root.querySelector('.sharing')!.getBoundingClientRect();
    for (const element of shown!.root.querySelectorAll('.sharing *'))
      expect(element.getBoundingClientRect().right).toBeLessThanOrEqual(panel.right + 1);
  });
});

test('R40: how it stands is one sentence, with the reason and until when', async () => {
  const { session } = await open('empty');
  expect(text()).toContain('Serving: it takes part when somebody asks.');
  session.show({ sharing: nightShare });
  await drawn(() => text().includes('Paused.'));
  expect(text()).toContain('It works for others from 22:00 to 06:30.');
  expect(text()).toContain(`On again at about ${formatClock(nightShare.untilMs!)}.`);
  session.show({ contributing: false });
  await drawn(() => shown!.root.querySelector('.sharing') === null);
});

test('R42: what was measured is told as measured, and nothing before work', async () => {
  const { session } = await open('empty');
  expect(text()).toContain('It worked 18 % of the last 10 minutes for others, 22 tokens/s while at it.');
  session.show({ sharing: { ...servingShare, duty: 0 } });
  await drawn(() => text().includes('It did nothing for others in the last 10 minutes.'));
});

test('R43: wake lock and battery are said for what they are', async () => {
  const { session } = await open('sharingNight');
  expect(text()).toContain('This browser cannot keep the screen awake');
  expect(text()).toContain('This browser tells of no battery, so it counts as plugged in.');
  session.show({
    sharing: { ...nightShare, wakeLock: 'held', battery: { status: 'on-battery', level: 0.3 } },
  });
  await drawn(() => text().includes('The screen is kept awake while the round for others runs.'));
  expect(text()).toContain('On battery now, at 30 %.');
});

test('R40: share, battery, background and hours are set by keyboard, each alone', async () => {
  const { session } = await open('empty');
  const { policy } = servingShare;
  const last = (): unknown => session.commands.at(-1);
  const half = page.getByRole('radio', { name: '50 %' });
  await expect.element(half).toBeChecked();
  (half.element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(last()).toEqual(['setSharing', { ...policy, maxDuty: 0.75 }]);
  await page.getByLabelText('On battery').selectOptions('never');
  expect(last()).toEqual(['setSharing', { ...policy, onBattery: { rule: 'never' } }]);
  await page.getByLabelText('On battery').selectOptions('above 30 %');
  expect(last()).toEqual(['setSharing', { ...policy, onBattery: { rule: 'above', level: 0.3 } }]);
  await page.getByRole('switch', { name: 'Also while this tab is in the background' }).click();
  expect(last()).toEqual(['setSharing', { ...policy, whenHidden: false }]);
  await page.getByRole('switch', { name: 'Only at certain hours' }).click();
  const schedule = { fromMinute: 22 * 60, toMinute: 7 * 60 };
  expect(last()).toEqual(['setSharing', { ...policy, schedule }]);
  session.show({ sharing: { ...servingShare, policy: { ...policy, schedule } } });
  await page.getByLabelText('From').fill('20:15');
  expect(last()).toEqual(['setSharing', { ...policy, schedule: { ...schedule, fromMinute: 20 * 60 + 15 } }]);
  await page.getByLabelText('From').fill('');
  expect(session.commands.filter(([name]) => name === 'setSharing')).toHaveLength(6);
});

test('R40: a share and a level that the page does not offer are shown as they are', async () => {
  await open('sharingNight');
  await expect.element(page.getByRole('radio', { name: '40 %' })).toBeChecked();
  await expect.element(page.getByLabelText('On battery')).toHaveValue('0.65');
  expect(text()).toContain('Over midnight, every day, by the clock of this machine.');
});
