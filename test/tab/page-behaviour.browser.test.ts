import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { asModelId } from '#vocabulary';
import type { SessionSnapshot } from '#tab';
import { peerId, swarmPeer } from './fixtures/people.ts';
import { runningRound, settledRound } from './fixtures/rounds.ts';
import { type ShownPage, drawn, frame, showPage } from './fixtures/shown-page.ts';
import { states } from './fixtures/states.ts';

let shown: ShownPage | undefined;

afterEach(() => {
  shown?.close();
  shown = undefined;
});

async function show(state: string, width = 1280): Promise<ShownPage> {
  await page.viewport(width, 900);
  shown = await showPage(states[state]!);
  return shown;
}

const box = () => page.getByRole('textbox', { name: 'Your question' });
const text = (selector: string): string => shown?.root.querySelector(selector)?.textContent ?? '';

test('R8: Enter sends, Shift and Enter starts a new line, blank sends nothing', async () => {
  const { session } = await show('empty');
  await box().click();
  await userEvent.keyboard('{Enter}');
  await userEvent.keyboard('one{Shift>}{Enter}{/Shift}two  ');
  await expect.element(box()).toHaveValue('one\ntwo  ');
  expect(session.commands).toEqual([]);
  await userEvent.keyboard('{Enter}');
  await expect.element(box()).toHaveValue('');
  expect(session.commands).toEqual([['ask', 'one\ntwo']]);
});

test('R8: Enter that ends a word of an input method does not send', async () => {
  const { session } = await show('empty');
  await box().fill('質問');
  box()
    .element()
    .dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, isComposing: true }));
  expect(session.commands).toEqual([]);
});

test('R8: while a round runs it can be stopped, and further questions wait where they can be taken back', async () => {
  const { session } = await show('answering');
  await page.getByRole('button', { name: 'Stop' }).click();
  await box().fill('And then?');
  await page.getByRole('button', { name: 'Queue' }).click();
  await page.getByRole('button', { name: 'Remove this question from the queue' }).first().click();
  expect(session.commands).toEqual([['stop'], ['ask', 'And then?'], ['unqueue', 'q1']]);
});

test('R7: who will read the question is told before it is sent', async () => {
  await show('empty');
  expect(text('.composer-hint')).toContain('Up to 3 peers will read this question.');
  const [first, ...others] = states['empty']!.swarm.peers;
  const silent = { ...first!, advert: { ...first!.advert!, contributing: false } };
  shown!.session.show({ swarm: { ...states['empty']!.swarm, peers: [silent, ...others] } });
  await drawn(() => text('.composer-hint').includes('Up to 2 peers'));
});

test('R7: when nobody can answer, asking is off and the page says why', async () => {
  const { session } = await show('troubled');
  await box().fill('Anyone?');
  await expect.element(page.getByRole('button', { name: 'Ask' })).toBeDisabled();
  await userEvent.keyboard('{Enter}');
  expect(session.commands).toEqual([]);
  expect(text('.composer-hint')).toContain('Nobody can answer');
});

test('R9: a running round says whom it waits for, since when and how much longer', async () => {
  const { advance } = await show('answering');
  expect(text('.round-awaiting')).toBe(
    'Waiting for you and Ada to finish answering34 s so far, silent peers are left behind in 14 s',
  );
  expect(text('[aria-current="step"]')).toBe('Answer');
  await advance(5_000);
  expect(text('.round-awaiting')).toContain('39 s so far, silent peers are left behind in 9 s');
  await advance(20_000);
  expect(text('.round-awaiting')).toContain('going on now');
});

test('R10: the provisional answer is called so until the verdict replaces it', async () => {
  const { session } = await show('answering');
  expect(text('.answer-standing')).toContain('Provisional');
  expect(text('.answer .prose')).toContain('The sky looks blue');
  session.show({ rounds: [settledRound(4, 1)] });
  await drawn(() => text('.verdict-who') !== '');
  expect(text('.verdict-who')).toBe('The swarm chose Ada’s answer over yours');
  expect(text('.verdict-how')).toBe('Narrowly the best: 57 % · 4 peers judged 4 answers · order agreed by all 4');
  expect(text('.answer .prose')).toContain('Rayleigh scattering');
  expect(text('.answer-standing')).toBe('');
  expect(text('[role="status"].aloud')).toBe('Verdict: Ada, narrowly the best: 57 %.');
});

test('R10: a verdict for the provisional answer confirms it', async () => {
  await show('follower');
  expect(text('.verdict-who')).toBe('The swarm confirmed your own answer');
});

test('R16: nothing above or at the start of the answer moves when the verdict lands', async () => {
  const { session, root } = await show('judging');
  const top = (): number => root.querySelector('.round > .answer')!.getBoundingClientRect().top;
  const before = top();
  session.show({ rounds: [settledRound(4, 1)] });
  await drawn(() => text('.verdict-who') !== '');
  expect(top()).toBe(before);
});

test('R16: the page follows a new question and leaves alone who scrolled away', async () => {
  await page.viewport(390, 500);
  shown = await showPage({ ...states['empty']!, rounds: [settledRound(3, 1), settledRound(4, 1)] });
  const view = shown.root.querySelector('.chat-scroll')!;
  const questionTop = (): number =>
    shown!.root.querySelector('article:last-of-type')!.getBoundingClientRect().top - view.getBoundingClientRect().top;
  await frame();
  expect(Math.abs(questionTop())).toBeLessThan(2);
  view.scrollTop = 0;
  await frame();
  await frame();
  shown.session.show({ rounds: [settledRound(3, 1), { ...settledRound(4, 1) }] });
  await frame();
  expect(view.scrollTop).toBe(0);
  shown.session.show({ rounds: [settledRound(3, 1), settledRound(4, 1), runningRound('judging', 5)] });
  await drawn(() => shown!.root.querySelectorAll('article').length === 3);
  await frame();
  expect(view.scrollTop).toBeGreaterThan(0);
});

test('R11: every answer opens to its text, every vote stands with readings, weight and ballot', async () => {
  const { root } = await show('crowd');
  expect(root.querySelectorAll('.ranking-row')).toHaveLength(35);
  root.querySelector<HTMLElement>('.ranking-row .ranking-button')!.click();
  await drawn(() => text('.ranking-detail .prose').includes('oceans'));
  for (const closed of root.querySelectorAll<HTMLElement>('.vote-judge [aria-expanded="false"]')) closed.click();
  const votes = states['crowd']!.rounds[0]!.votes;
  await drawn(() => root.querySelectorAll('.vote').length === votes.length);
  expect(text('.vote-figures')).toMatch(/^\d+ % for .+ · log-odds \+[\d.]+ · weight 0\.50$/);
  expect(root.querySelectorAll('.vote-figures')[1]?.textContent).toMatch(
    /^says a word the model expects [+−][\d.]+ · agrees with the others [+−][\d.]+ · likelier as an answer [+−][\d.]+$/,
  );
  expect(root.querySelectorAll('.vote-judge-line [title^="bafyrei"]')).toHaveLength(35);
});

test('R11: it is said how few votes would have changed the verdict, and how far each judge is believed', async () => {
  const { root } = await show('replaced');
  expect(root.textContent).toContain('2 of 12 votes turned round would have given the verdict to');
  expect(text('.vote-judge-line')).toMatch(/^.+3 votes · agrees 100 % · believed 1\.00 · ballot /);
});

test('R11: who came to another order is named', async () => {
  await show('disputed');
  expect(text('.agreement')).toContain('Another orderTomás');
});

test('R11: an earlier question shows its own ranking on request', async () => {
  const { root } = await show('confirmed');
  expect(text('.panel-question')).toBe('Why is the sky blue?');
  root.querySelector<HTMLElement>('[aria-label^="Show ranking"]')!.click();
  await drawn(() => text('.panel-question') === 'What is rain?');
});

test('R14: each failing step of joining says what is wrong and when it is tried again', async () => {
  const { root } = await show('troubled');
  const failing = [...root.querySelectorAll('.join-step-failed')].map((step) =>
    [...step.querySelectorAll('.join-name, .join-detail')].map((words) => words.textContent).join(''),
  );
  expect(failing).toEqual([
    'Reach the relay: failedThe relay at localhost does not answer. Trying again in 4 s.',
    'Have a model ready: failedThis peer can ask, but not answer or judge.',
  ]);
});

test('R14: a model that failed can be tried again or replaced by a file', async () => {
  const { session, root } = await show('troubled');
  await page.getByRole('button', { name: 'Try again' }).click();
  const file = new File(['GGUF'], 'model.gguf');
  await userEvent.upload(root.querySelector('input[type="file"]')!, file);
  expect(session.commands[0]).toEqual(['retryModel']);
  expect(session.commands[1]?.[0]).toBe('adoptModelFile');
  expect(session.commands[1]?.[1]).toHaveProperty('name', 'model.gguf');
});

test('R14: a notice says what to do and can be dismissed', async () => {
  const { session } = await show('troubled');
  expect(text('[role="alert"].notice')).toContain('Free about 200 MB');
  await page.getByRole('button', { name: 'Dismiss this notice' }).nth(1).click();
  await page.getByRole('button', { name: 'Dismiss this notice' }).first().click();
  expect(session.commands).toEqual([['dismissNotice', 'n1']]);
  await drawn(() => !text('.notices').includes('Nothing outlives this tab'));
});

test('R17: contributing is one switch, told for what it is', async () => {
  const { session } = await show('empty');
  const lever = page.getByRole('switch', { name: 'Answer and judge for others' });
  await expect.element(lever).toHaveAttribute('aria-checked', 'true');
  await lever.click();
  expect(session.commands).toEqual([['setContributing', false]]);
});

test('R17: another peer opens under a fresh name at the same address', async () => {
  const { root } = await show('empty');
  const link = root.querySelector<HTMLAnchorElement>('a[target="_blank"]')!;
  const address = new URL(link.href);
  expect(address.origin).toBe(location.origin);
  expect(address.searchParams.get('peer')).toMatch(/^[a-z]+-\d{3}$/);
});

test('R17: a standing names the records that changed it', async () => {
  const { root } = await show('empty');
  root.querySelector<HTMLElement>('.standing-why [aria-expanded]')!.click();
  await drawn(() => text('.standing-changes') !== '');
  expect(text('.standing-changes')).toContain('Did not open its sealed votes in time');
  expect(root.querySelectorAll('.standing-changes [title^="bafyrei"]')).toHaveLength(3);
});

test('R5: the person’s own name is cleaned before it is kept', async () => {
  const { session } = await show('empty');
  await page.getByRole('button', { name: 'Change your name' }).click();
  await page.getByRole('textbox', { name: 'Your name, seen by other peers' }).fill('  Ada\u202e   Lovelace ');
  await userEvent.keyboard('{Enter}');
  expect(session.commands).toEqual([['rename', 'Ada Lovelace']]);
});

test('R13: the tabs beside the chat move with the arrow keys', async () => {
  await show('replaced');
  const ranking = page.getByRole('tab', { name: 'Ranking' });
  (ranking.element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(page.getByRole('tab', { name: 'Peers' })).toHaveFocus();
  await expect.element(page.getByRole('tabpanel', { name: 'Peers' })).toBeVisible();
});

test('R13: everything is reached with the keyboard alone, from the masthead to the box', async () => {
  const { root } = await show('replaced');
  const reached = new Set<Element>();
  for (let step = 0; step < 60; step++) {
    await userEvent.keyboard('{Tab}');
    if (document.activeElement !== null) reached.add(document.activeElement);
  }
  const missed = [...root.querySelectorAll('button:not(:disabled):not([tabindex="-1"]), a[href], textarea')].filter(
    (control) => !reached.has(control),
  );
  expect(missed.map(({ outerHTML }) => outerHTML.slice(0, 120))).toEqual([]);
});

test('R15: the colours go round and are remembered', async () => {
  localStorage.removeItem('peerage:theme');
  await show('empty');
  const button = page.getByRole('button', { name: /^Colours/ });
  const seen: (string | undefined)[] = [];
  for (let press = 0; press < 3; press++) {
    await button.click();
    seen.push(document.documentElement.dataset['theme'], localStorage.getItem('peerage:theme') ?? undefined);
  }
  expect(seen).toEqual(['light', 'light', 'dark', 'dark', undefined, 'system']);
});

test('R1: half-written text outlives every change of width and view', async () => {
  const { root } = await show('replaced', 1680);
  await box().fill('half');
  for (const width of [1280, 390]) {
    await page.viewport(width, 900);
    await frame();
  }
  root.querySelectorAll<HTMLElement>('.views > button')[2]!.click();
  await frame();
  expect(root.querySelector<HTMLElement>('main')!.hidden).toBe(true);
  root.querySelectorAll<HTMLElement>('.views > button')[0]!.click();
  await expect.element(box()).toHaveValue('half');
});

test('R5: a name that another peer bears too, or the word You, is told apart by the id', async () => {
  const named = (index: number, name: string) =>
    swarmPeer(index, { advert: { ...swarmPeer(index).advert!, name, modelId: asModelId('m') } });
  const snapshot: SessionSnapshot = {
    ...states['empty']!,
    swarm: {
      ...states['empty']!.swarm,
      peers: [named(1, 'you'), named(2, 'Ada'), named(3, 'ADA'), named(4, 'rosalind')],
    },
  };
  await page.viewport(1280, 900);
  shown = await showPage(snapshot);
  const labels = [...shown.root.querySelectorAll('.welcome-present .peer-tag')].map((tag) => tag.textContent);
  expect(labels).toEqual([
    'You',
    ...['you', 'Ada', 'ADA', 'rosalind'].map((name, index) => `${name} ${peerId(index + 1).slice(-6)}`),
  ]);
});
