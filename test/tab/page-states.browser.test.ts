import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { type ShownPage, frame, showPage } from './fixtures/shown-page.ts';
import { states } from './fixtures/states.ts';

let shown: ShownPage | undefined;

afterEach(() => {
  shown?.close();
  shown = undefined;
  localStorage.removeItem('peerage:theme');
});

async function violations(): Promise<string[]> {
  const { violations: found } = await axe.run(document, {
    // The runner's own document has no title to check.
    rules: { 'document-title': { enabled: false }, 'html-has-lang': { enabled: false } },
  });
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`).join('\n')}`,
  );
}

function widest(): string[] {
  return [...document.querySelectorAll('.app *')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && element.closest('svg') === null)
    .filter((element) => element.closest('.aloud, .prose pre, .prose-table') === null)
    .map((element) => element.className.toString() || element.tagName);
}

describe.each(Object.keys(states))('%s', (name) => {
  test.each(['light', 'dark'])('R13: has no accessibility violation in %s colours', async (theme) => {
    await page.viewport(1280, 900);
    localStorage.setItem('peerage:theme', theme);
    shown = await showPage(states[name]!);
    await frame();
    expect(document.documentElement.dataset['theme']).toBe(theme);
    expect(await violations()).toEqual([]);
  });

  test.each([360, 820, 1280, 1680])('R13: fits a window %i px wide', async (width) => {
    await page.viewport(width, 800);
    shown = await showPage(states[name]!);
    const buttons = [...shown.root.querySelectorAll<HTMLButtonElement>('.views > button, .side-tabs > button')];
    for (const button of [undefined, ...buttons]) {
      button?.click();
      await frame();
      expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
      expect(widest()).toEqual([]);
    }
  });
});

test('R13: everything opened has no accessibility violation either', async () => {
  await page.viewport(1680, 900);
  shown = await showPage(states['disputed']!);
  for (const closed of shown.root.querySelectorAll<HTMLElement>('[aria-expanded="false"]')) closed.click();
  await frame();
  expect(shown.root.querySelectorAll('.vote')).toHaveLength(12);
  expect(await violations()).toEqual([]);
});
