import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { defaultModel } from '#inference';
import type { SessionSnapshot } from '#tab';
import { comingModels, crampedModels, firstModels, measuredModels, someModels } from './fixtures/models.ts';
import { type ShownPage, drawn, frame, showPage } from './fixtures/shown-page.ts';
import { states } from './fixtures/states.ts';

let shown: ShownPage | undefined;

afterEach(() => {
  shown?.close();
  shown = undefined;
  localStorage.removeItem('peerage:theme');
});

const opener = () => page.getByRole('button', { name: 'Choose or keep models' });

async function open(state: string, change: Partial<SessionSnapshot> = {}, width = 1680): Promise<ShownPage> {
  await page.viewport(width, 900);
  shown = await showPage({ ...states[state]!, ...change });
  const views = [...shown.root.querySelectorAll<HTMLElement>('.views > button, .side-tabs > button')];
  views.at(-1)?.click();
  await frame();
  await opener().click();
  await drawn(() => shown!.root.querySelector('dialog[open]') !== null);
  return shown;
}

const part = (selector: string): HTMLElement => shown!.root.querySelector<HTMLElement>(`dialog ${selector}`)!;
const text = (selector: string): string => part(selector)?.textContent ?? '';
const press = (name: string | RegExp): Promise<void> =>
  page.getByRole('dialog').getByRole('button', { name }).first().click();

/** What the person had done, without the look at the store that opening takes. */
const done = (): readonly (readonly unknown[])[] => shown!.session.commands.filter(([name]) => name !== 'surveyModels');

const shownModels = { someModels, firstModels, comingModels, crampedModels, measuredModels };

describe.each(Object.entries(shownModels))('R13: the view of all models, %s', (_, models) => {
  test.each(['light', 'dark'])(
    'has no accessibility violation in %s colours, with everything opened',
    async (theme) => {
      localStorage.setItem('peerage:theme', theme);
      await open('empty', { models });
      for (const closed of shown!.root.querySelectorAll<HTMLElement>('dialog [aria-expanded="false"]')) closed.click();
      await frame();
      const { violations } = await axe.run(part('.sheet-page'));
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)).toEqual([]);
    },
  );

  test.each([360, 820, 1280, 1680])('fits a window %i px wide', async (width) => {
    await open('empty', { models }, width);
    for (const closed of shown!.root.querySelectorAll<HTMLElement>('dialog [aria-expanded="false"]')) closed.click();
    await frame();
    const wider = [...shown!.root.querySelectorAll('dialog *')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && element.closest('.aloud') === null)
      .map((element) => element.className.toString());
    expect(wider).toEqual([]);
    const body = part('.sheet-body');
    expect(body.scrollWidth).toBeLessThanOrEqual(body.clientWidth);
  });
});

test('R13: it is opened, walked and left by keyboard, and the focus comes back', async () => {
  const { session } = await open('empty');
  expect(session.commands).toContainEqual(['surveyModels']);
  await userEvent.keyboard('{Tab}{Tab}');
  expect(document.activeElement?.closest('dialog')).not.toBeNull();
  await userEvent.keyboard('{Escape}');
  await drawn(() => shown!.root.querySelector('dialog') === null);
  expect(document.activeElement).toBe(opener().element());
  await userEvent.keyboard('{Enter}');
  await drawn(() => shown!.root.querySelector('dialog[open]') !== null);
  await press('Close Models');
  await drawn(() => shown!.root.querySelector('dialog') === null);
});

test('R37: models stand by where they are and whether they can run, with size, licence, memory and speed', async () => {
  await open('empty');
  const entries = [...shown!.root.querySelectorAll('dialog .model-entry')].map((entry) => entry.textContent ?? '');
  expect(entries[0]).toContain('SmolLM2 135M Instruct (Q4_1)at work');
  expect(entries[0]).toContain('135 M parameters · 98 MB · context of 8,192 · Apache-2.0');
  expect(entries[0]).toContain('wllama on the processor · writes 13 tokens/s (measured) · 300 MB of memory');
  expect(entries[1]).toContain('your own');
  expect(entries[1]).toContain('licence not stated');
  expect(entries[1]).toMatch(/about \d+ tokens\/s \(estimate\)/);
  expect(entries[3]).toContain('it cannot answer');
  expect(entries[3]).not.toContain('tokens/s');
});

test('R37: what cannot run is told with the reason, and everything is found by name', async () => {
  await open('empty', { models: firstModels });
  expect(text('.models-list')).not.toContain('Llama');
  await press(/models that this device cannot run well/);
  await drawn(() => shown!.root.querySelectorAll('dialog .model-entry').length > 10);
  const llama = [...shown!.root.querySelectorAll('dialog .model-entry')].find((entry) =>
    entry.textContent?.includes('Llama 3.2 3B Instruct'),
  );
  expect(llama?.textContent).toContain('This browser offers pages no graphics processor (WebGPU).');
  expect(llama?.querySelector('button')).toBeNull();
  await page.getByLabelText('Find a model').fill('smollm2 135');
  await drawn(() => shown!.root.querySelectorAll('dialog .model-entry').length < 10);
  expect(text('.models-list')).toContain('best for this device');
});

test('R31: a model is chosen with the best engine or with another', async () => {
  await open('empty');
  await press(/^Use my-story-writer/);
  await press(/^Engines/);
  await drawn(() => text('.models-engines') !== '');
  await press(/^Use ONNX Runtime for SmolLM2/);
  const [, own] = someModels.options;
  expect(done()).toEqual([
    ['chooseModel', own?.id],
    ['chooseModel', defaultModel.id, 'ort'],
  ]);
});

test('R35: models are kept, checked, fetched to the end and removed, but not while they are at work', async () => {
  await open('empty');
  const [first, own, partly] = someModels.options;
  await press(/^Keep SmolLM2/);
  await press(/^Check my-story-writer/);
  await press(/^Fetch the rest/);
  await press(/^Remove my-story-writer/);
  await expect.element(page.getByRole('button', { name: `Remove ${first?.name}` })).toBeDisabled();
  expect(done()).toEqual([
    ['pinModel', first?.id, true],
    ['checkModel', own?.id],
    ['repairModel', partly?.id],
    ['removeModel', own?.id],
  ]);
});

test('R35: what runs can be stopped, and says what it came to and what can follow', async () => {
  const { session } = await open('empty', { models: comingModels });
  expect(text('.sheet-part [role="progressbar"]')).toBe('');
  await expect.element(page.getByRole('button', { name: 'Choose files' })).toBeDisabled();
  await press('Stop');
  const brought = { kind: 'import', name: 'a.gguf', status: 'done', outcome: 'Mine is here.', isGood: true } as const;
  session.show({ models: { ...someModels, task: { ...brought, modelId: defaultModel.id } } });
  await press('Use it');
  const damaged = { ...brought, kind: 'check', outcome: '1 of 2 files is damaged.', isGood: false } as const;
  session.show({ models: { ...someModels, task: { ...damaged, modelId: defaultModel.id } } });
  await press('Repair');
  await press(/^Close$/);
  expect(done()).toEqual([
    ['endModelTask'],
    ['chooseModel', defaultModel.id],
    ['repairModel', defaultModel.id],
    ['endModelTask'],
  ]);
});

test('R32: a model that did not come leaves the choice to the person', async () => {
  await open('modelsCramped');
  expect(text('.callout')).toContain('did not come.');
  await press('Try again');
  await press('Stay with the one at work');
  await press('Free 902 MB and go on');
  expect(done()).toEqual([['retryModel'], ['chooseModel', defaultModel.id], ['freeRoom']]);
  expect(text('.models-removes')).toContain('782 MB');
});

test('R34: engines are measured on request, and one that was never tried is named', async () => {
  const { session } = await open('empty');
  expect(text('.models-aside')).toBe('ONNX Runtime can run this model too and was never tried here.');
  await press('Measure engines');
  expect(session.commands.at(-1)).toEqual(['measureEngines']);
});

test('R35: a model is brought by files, by folder and by address', async () => {
  const { session } = await open('empty');
  const files = part('input[aria-label="Files of a model"]') as HTMLInputElement;
  await userEvent.upload(files, [new File(['GGUF'], 'a.gguf'), new File(['{}'], 'b.json')]);
  const [name, chosen] = session.commands.at(-1) as [string, { name: string }[]];
  expect([name, chosen.map((one) => one.name)]).toEqual(['importModelFiles', ['a.gguf', 'b.json']]);
  expect((part('input[aria-label="Folder of a model"]') as HTMLInputElement).webkitdirectory).toBe(true);
  await expect.element(page.getByRole('button', { name: 'Fetch', exact: true })).toBeDisabled();
  await page.getByLabelText(/^Address of a GGUF file/).fill(' https://a.example/m.gguf  https://a.example/n ');
  await userEvent.keyboard('{Enter}');
  expect(session.commands.at(-1)).toEqual(['importModelUrls', ['https://a.example/m.gguf', 'https://a.example/n']]);
});

test('R38: the device is described by what the browser said', async () => {
  await open('empty', { models: firstModels });
  const device = (): string => text('.device');
  expect(device()).toContain('This browser offers pages no graphics processor (WebGPU).');
  expect(device()).toContain('Not yet; this takes half a second.');
  const { facts } = firstModels.device!;
  const silent = { ...facts, memoryAtLeastBytes: undefined, isIsolated: false };
  shown!.session.show({ models: { ...firstModels, device: { facts: silent, threads: 1, benchmark: undefined } } });
  await drawn(() => device().includes('This browser does not say.'));
  expect(device()).toContain('the page is not isolated from others');
});
