import axe from 'axe-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { failure } from '#vocabulary';
import { watchInvitations } from '#tab';
import { cleanName } from '#swarm';
import {
  hostileReason,
  knownPeers,
  ownRelay,
  privateNetwork,
  publicNetwork,
  troubledNetwork,
} from './fixtures/network.ts';
import { peerId, swarmPeer } from './fixtures/people.ts';
import { runningRound } from './fixtures/rounds.ts';
import { type ShownPage, drawn, frame, showPage } from './fixtures/shown-page.ts';
import { states } from './fixtures/states.ts';

let shown: ShownPage | undefined;

afterEach(() => {
  shown?.close();
  shown = undefined;
  localStorage.removeItem('peerage:theme');
});

type View = 'rooms' | 'network';
const openers: Readonly<Record<View, RegExp>> = {
  rooms: /Make a private room|change the room/u,
  network: /Limits, transfers and network/u,
};

async function showPeers(state: string, width = 1680): Promise<ShownPage> {
  await page.viewport(width, 900);
  shown = await showPage(states[state]!);
  const views = [...shown.root.querySelectorAll<HTMLElement>('.views > button, .side-tabs > button')];
  views.at(-1)?.click();
  await frame();
  return shown;
}

async function open(view: View, state: string, width = 1680): Promise<ShownPage> {
  const opened = await showPeers(state, width);
  await page.getByRole('button', { name: openers[view] }).click();
  await drawn(() => document.querySelector('.sheet[open]') !== null);
  return opened;
}

const text = (selector = '.sheet-body'): string =>
  (document.querySelector(selector)?.textContent ?? '').replaceAll('\u00A0', ' ');
const part = (selector: string): HTMLElement => document.querySelector<HTMLElement>(selector)!;
const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name, exact: true }).click();
const last = (): readonly unknown[] | undefined => shown?.session.commands.at(-1);

const shapes = (['rooms', 'network'] as const).flatMap((view) =>
  ['empty', 'networkPrivate', 'networkFetching', 'networkTroubled', 'hostile'].map((state) => [view, state] as const),
);
describe.each(shapes)('R13: the view of %s, %s', (view, state) => {
  test.each(['light', 'dark'])(
    'has no accessibility violation in %s colours, with everything opened',
    async (theme) => {
      localStorage.setItem('peerage:theme', theme);
      await open(view, state);
      for (const closed of document.querySelectorAll<HTMLElement>('.sheet [aria-expanded="false"]')) closed.click();
      await frame();
      const { violations } = await axe.run(part('.sheet-page'));
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
    },
  );

  test.each([360, 820])('fits a window %i px wide', async (width) => {
    await open(view, state, width);
    for (const closed of document.querySelectorAll<HTMLElement>('.sheet [aria-expanded="false"]')) closed.click();
    await frame();
    const body = part('.sheet-body');
    expect(body.scrollWidth).toBeLessThanOrEqual(body.clientWidth);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    expect((globalThis as { struck?: boolean }).struck).toBeUndefined();
  });
});

describe('R45: peers', () => {
  test('are shown with the way to them, the round trip, and why there is no direct one', async () => {
    await showPeers('networkPrivate');
    const cards = [...document.querySelectorAll('.peer-card')].map((card) => card.textContent ?? '');
    expect(cards[0]).toContain('direct12 ms');
    expect(cards[1]).toContain('through TURN84 ms');
    expect(cards[2]).toContain('relayed214 ms');
    expect(cards[2]).toContain('No direct connection: The networks of both sides let no direct connection through.');
    expect(cards[2]).toContain('Configure a TURN server, or go on over the relay.');
    expect(cards[3]).toContain('Through the relay for now; a direct connection is being tried.');
    expect(cards[4]).toContain('Takes no part: speaks version 1, this tab speaks 2');
    await page.getByRole('button', { name: 'Connection and standing' }).first().click();
    expect(text('.peer-card')).toContain(peerId(1));
    expect(text('.peer-card')).toContain('Tab to tab, with no server in between.');
    expect(text('.peer-card')).toContain('srflx to host, udp');
    await page.getByRole('button', { name: 'Connection and standing' }).nth(1).click();
    await drawn(() => text('.peer-card:nth-child(2)').includes('relay to srflx, udp, TURN over tls'));
  });

  test('that are known without a connection are counted', async () => {
    const { session } = await showPeers('networkLarge');
    await expect.element(page.getByText(/240 more peers are known here without a connection\./u)).toBeVisible();
    await expect.element(page.getByRole('heading', { name: '3 peers connected' })).toBeVisible();
    await press('Who they say they are');
    await drawn(() => text('.facts').includes(`<img src=x> ${peerId(100)}`));
    expect(text('.facts')).toContain('and 200 more');
    const { swarm } = session.getSnapshot();
    session.show({ swarm: { ...swarm, peers: [], known: knownPeers.slice(0, 1) } });
    await expect.element(page.getByText(/1 more peer is known here without a connection\./u)).toBeVisible();
    await expect.element(page.getByRole('heading', { name: 'Not connected to anybody yet' })).toBeVisible();
  });

  test('say nothing that becomes markup, at any length', async () => {
    await showPeers('hostile');
    for (const closed of document.querySelectorAll<HTMLElement>('.peer-card [aria-expanded="false"]')) closed.click();
    await frame();
    expect(text('.peer-cards')).toContain('<img src=x onerror=');
    expect(document.querySelectorAll('.panel img, .panel b')).toHaveLength(0);
    expect((globalThis as { struck?: boolean }).struck).toBeUndefined();
    for (const reason of document.querySelectorAll('.peer-trouble, .relay-line'))
      expect(reason.textContent!.length).toBeLessThan(800);
  });
});

test('R46: relays are told by use, and that the tab was sent on in words', async () => {
  await showPeers('networkLarge');
  await press('Connected and ready');
  expect(text('.join-steps')).toContain(
    'Connected to relay-of-a-university-with-a-rather-long-name.example:4001, in place of another.',
  );
  const lines = [...document.querySelectorAll('.relay-line')].map((line) => line.textContent);
  expect(lines).toEqual([
    'peerage.example:443 not in use. It stops soon and sent this tab on.',
    'relay-of-a-university-with-a-rather-long-name.example:4001 in use',
    '192.168.178.20:4000 stands by, for when the one in use fails',
  ]);
});

describe('R47: rooms', () => {
  test('are made by keyboard, and the focus comes back', async () => {
    await showPeers('empty');
    const opener = page.getByRole('button', { name: openers.rooms });
    (opener.element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await page.getByLabelText('Its name, which those you invite will see').fill('Reading circle');
    await userEvent.keyboard('{Enter}');
    expect(last()).toEqual(['createRoom', 'Reading circle']);
    await userEvent.keyboard('{Escape}');
    await drawn(() => document.querySelector('.sheet') === null);
    expect(document.activeElement).toBe(opener.element());
  });

  test('are named on the page, with link and code to invite by', async () => {
    await open('rooms', 'networkPrivate');
    expect(text('.masthead-state')).toContain('Reading circle');
    const link = part('.invitation-link') as HTMLInputElement;
    expect(link.value).toBe(`${location.origin}${location.pathname}#${privateNetwork.invitation}`);
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await press('Copy the link');
    expect(write).toHaveBeenCalledExactlyOnceWith(link.value);
    await drawn(() => text('.invitation').includes('Copied.'));
    write.mockRejectedValue(new Error('forbidden'));
    await press('Copy the link');
    await drawn(() => text('.invitation').includes('copy the marked link by hand'));
    expect(link.selectionEnd! - link.selectionStart!).toBe(link.value.length);
    await expect.element(page.getByRole('img', { name: 'The invitation as a QR code' })).toBeVisible();
    write.mockRestore();
  });

  test('hold the link in the code', async () => {
    await open('rooms', 'networkPrivate');
    const { encode } = await import('uqr');
    const code = encode((part('.invitation-link') as HTMLInputElement).value, { ecc: 'M', border: 4 });
    const dark = code.data.flat().filter(Boolean).length;
    expect(part('.qr-ink').getAttribute('d')!.split('M')).toHaveLength(dark + 1);
    expect(code.data[0]!.some(Boolean)).toBe(false);
  });

  test('are entered, left and forgotten from the list', async () => {
    await open('rooms', 'networkPrivate');
    await press('Enter room');
    expect(last()).toEqual(['enterRoom', 'c3']);
    await press('Forget room');
    expect(last()).toEqual(['forgetRoom', 'c3']);
    await press('Go to the public room');
    expect(last()).toEqual(['enterRoom', undefined]);
    await press('Leave and forget Reading circle');
    expect(last()).toEqual(['forgetRoom', 'a1']);
  });

  test('open further peers in the same room', async () => {
    const { session } = await showPeers('networkPrivate');
    const link = page.getByRole('link', { name: 'Open another peer in a new window' });
    expect(link.element().getAttribute('href')).toMatch(new RegExp(`[?&]peer=.*#${privateNetwork.invitation}$`, 'u'));
    session.show({ network: publicNetwork });
    await drawn(() => !link.element().getAttribute('href')!.includes('#'));
  });
});

describe('R48: a running question', () => {
  test('is left for another room only after a word', async () => {
    const { session } = await open('rooms', 'networkPrivate');
    session.show({ rounds: [runningRound('answering')] });
    await frame();
    await press('Go to the public room');
    expect(session.commands).toEqual([]);
    expect(document.activeElement?.textContent).toBe('Stay');
    await press('Stay');
    expect(session.commands).toEqual([]);
    await press('Go to the public room');
    await press('Stop it and change the room');
    expect(session.commands).toEqual([['enterRoom', undefined]]);
    await press('Forget room');
    expect(last()).toEqual(['forgetRoom', 'c3']);
  });

  test('is asked about when a link was opened', async () => {
    const { session } = await showPeers('networkTroubled');
    await expect.element(page.getByText('Enter the private room “Evening group”?')).toBeVisible();
    await press('Stay here');
    expect(last()).toEqual(['answerInvitation', false]);
    await press('Enter');
    expect(last()).toEqual(['answerInvitation', true]);
    session.show({ network: { ...troubledNetwork, invited: { name: `\u202e${hostileReason}` } } });
    await drawn(() => text('.notices').includes(cleanName(hostileReason)));
    expect(document.querySelectorAll('.notices img')).toHaveLength(0);
  });
});

describe('R49: relays and servers', () => {
  test('a relay is added by its address; what was refused stays to be mended', async () => {
    const { session } = await open('network', 'empty');
    await page.getByLabelText(/^Another relay/u).fill('  relay.example ');
    await userEvent.keyboard('{Enter}');
    expect(last()).toEqual(['addRelay', 'relay.example']);
    const asking = { address: 'relay.example', status: 'asking' } as const;
    session.show({ network: { ...publicNetwork, relayQuery: asking } });
    await expect.element(page.getByRole('button', { name: 'Asking…' })).toBeDisabled();
    const error = failure('no-relay-there', 'No relay answers at relay.example.', 'Check the address.');
    session.show({ network: { ...publicNetwork, relayQuery: { ...asking, status: 'failed', error } } });
    await expect.element(page.getByText('No relay answers at relay.example. Check the address.')).toBeVisible();
    await expect.element(page.getByLabelText(/^Another relay/u)).toHaveValue('  relay.example ');
    session.show({ network: { ...publicNetwork, settings: { ...publicNetwork.settings, relays: [ownRelay] } } });
    await expect.element(page.getByLabelText(/^Another relay/u)).toHaveValue('');
    await press('Remove 192.168.178.20:4000');
    expect(last()).toEqual(['removeRelay', ownRelay]);
  });

  test('a server is checked where it is typed, and needs what its kind needs', async () => {
    await open('network', 'empty');
    const field = page.getByLabelText('Another STUN or TURN server');
    const add = page.getByRole('button', { name: 'Add', exact: true }).nth(1);
    await field.fill('https://turn.example');
    await add.click();
    await expect.element(page.getByText(/must begin with stun:/u)).toBeVisible();
    expect(shown!.session.commands).toEqual([]);
    await field.fill('turn:turn.example:3478');
    await add.click();
    await expect.element(page.getByText(/wants a user name and a password/u)).toBeVisible();
    await page.getByLabelText('User name').fill('ada');
    await page.getByLabelText('Password, kept in this browser').fill('secret');
    await add.click();
    const server = { url: 'turn:turn.example:3478', username: 'ada', credential: 'secret' };
    expect(last()).toEqual(['setIceServers', [server]]);
    await expect.element(field).toHaveValue('');
  });

  test('are listed with where they come from, and passwords are not shown', async () => {
    await open('network', 'networkPrivate');
    expect(text()).toContain('turn:peerage.example:3478?transport=udp handed out by the relay');
    expect(text()).toContain('added by you, as rosalind');
    expect(part('.sheet').outerHTML).not.toContain('not-so-secret');
    await press('Remove stun:stun.example:3478');
    expect(last()).toEqual(['setIceServers', [privateNetwork.settings.iceServers[1]]]);
  });
});

describe('R50: transfers', () => {
  test('are told by source, with speed and what is left aside', async () => {
    await open('network', 'networkFetching');
    expect(text('.transfer')).toContain('5.3 MB/s · 11 s left');
    expect(text('.transfer')).toContain('41 MB of 98 MB are here and checked.');
    const sources = [...document.querySelectorAll('ul.transfer > li')].map((source) => source.textContent);
    expect(sources).toEqual([
      'Server peerage.example1.2 MB/s · 9 MB',
      'Ada3.1 MB/s · 25 MB',
      'Gwenrests and is asked again soon · 7 MB.',
      'Tomásnot asked again. It sent bytes that are not those of the file.',
    ]);
    expect(text('.model-card')).toContain('From a server (1.2 MB/s) and 1 peer (3.1 MB/s)');
    const rows = [...document.querySelectorAll('.network-totals tbody tr')].map((row) => row.textContent);
    expect(rows).toEqual(['Given to peers0 kB0 kB', 'Taken from peers32 MB32 MB', 'Taken from servers9 MB9 MB']);
  });

  test('giving is one switch on the page, with what it did', async () => {
    const { session } = await showPeers('networkPrivate');
    await expect.element(page.getByText('Sending 498 kB/s now. Given today 412 MB, in all 3.4 GB.')).toBeVisible();
    await page.getByRole('switch', { name: 'Hand models to others' }).click();
    expect(session.commands).toEqual([['setUploads', { ...privateNetwork.settings.uploads, isSharing: false }]]);
    session.show({ network: troubledNetwork });
    await expect.element(page.getByText(/Nobody gets files from this browser\./u)).toBeVisible();
  });

  test('limits are chosen by keyboard, with what they cost', async () => {
    const { session } = await open('network', 'networkPrivate');
    const { uploads } = privateNetwork.settings;
    expect(text()).toContain('Handing on 98 MB takes 3 min 17 s at that speed.');
    (page.getByRole('radio', { name: '500 kB/s' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(last()).toEqual(['setUploads', { ...uploads, uploadBytesPerSecond: 1_000_000 }]);
    await page.getByRole('radio', { name: 'no limit' }).click();
    expect(last()).toEqual(['setUploads', { ...uploads, uploadBytesPerSecond: undefined }]);
    await page.getByRole('radio', { name: '8', exact: true }).click();
    expect(last()).toEqual(['setUploads', { ...uploads, maxUploads: 8 }]);
    const odd = { ...uploads, uploadBytesPerSecond: 123_000, maxUploads: 3 };
    session.show({ network: { ...privateNetwork, settings: { ...privateNetwork.settings, uploads: odd } } });
    await expect.element(page.getByRole('radio', { name: '123 kB/s' })).toBeChecked();
    await expect.element(page.getByRole('radio', { name: '3', exact: true })).toBeChecked();
  });
});

test('R45: connections that run out are told of, with what to do', async () => {
  const { session } = await showPeers('empty');
  const ample = { existing: 12, most: 500, level: 'ample' } as const;
  session.show({
    network: { ...publicNetwork, budget: ample },
    swarm: { ...states['empty']!.swarm, peers: [swarmPeer(1)] },
  });
  await frame();
  expect(document.querySelector('.notices')).toBeNull();
  session.show({ network: { ...publicNetwork, budget: { ...ample, existing: 452, level: 'spent' } } });
  await expect.element(page.getByText(/used up nearly all the connections/u)).toBeVisible();
  await press('Dismiss this notice');
  await drawn(() => document.querySelector('.notices') === null);
  await page.getByRole('button', { name: openers.network }).click();
  await expect.element(page.getByText(/452 of about 500 connections/u)).toBeVisible();
});

test('R47: what stands behind the # of a link is handed over once and leaves the address; nothing else is touched', async () => {
  const opened: string[] = [];
  const here = location.href;
  try {
    history.replaceState(null, '', '#room=first');
    const stop = watchInvitations((invitation) => opened.push(invitation));
    expect([opened, location.hash]).toEqual([['room=first'], '']);
    location.hash = 'room=second';
    await drawn(() => opened.length === 2);
    expect([opened[1], location.hash]).toEqual(['room=second', '']);
    location.hash = 'elsewhere';
    await frame();
    expect([opened.length, location.hash]).toEqual([2, '#elsewhere']);
    stop();
    location.hash = `room=${'x'.repeat(9_000)}`;
    const again = watchInvitations((invitation) => opened.push(invitation));
    expect(opened[2]!.length).toBeLessThanOrEqual(2_000);
    again();
  } finally {
    history.replaceState(null, '', here);
  }
});
