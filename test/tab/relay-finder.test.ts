import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findRelay } from '../../src/tab/session/relay-finder.fetch.ts';
import { OTHER_RELAY } from './scripted-network.ts';

const peerId = `12D3KooW${'D'.repeat(44)}`;
const answer = vi.fn<typeof fetch>();

beforeEach(() => {
  answer.mockReset();
  vi.stubGlobal('fetch', answer);
  vi.stubGlobal('location', { protocol: 'https:', origin: 'https://page.example' });
});
afterEach(() => vi.unstubAllGlobals());

describe('R49: a relay that a person names', () => {
  test('by its multiaddr is taken as it is', async () => {
    expect(await findRelay(` ${OTHER_RELAY} `)).toEqual({ ok: true, value: OTHER_RELAY });
    expect(await findRelay('/dns/relay.example/udp/1/quic')).toMatchObject({ error: { type: 'not-a-relay-address' } });
    expect(answer).not.toHaveBeenCalled();
  });

  test('by the address of its page is asked who it is', async () => {
    answer.mockImplementation(async () => Response.json({ relay: peerId, path: '/', extra: 1 }));
    expect(await findRelay('relay.example')).toEqual({
      ok: true,
      value: `/dns/relay.example/tcp/443/tls/ws/p2p/${peerId}`,
    });
    expect(String(answer.mock.lastCall?.[0])).toBe('https://relay.example/bootstrap.json');
    expect(answer.mock.lastCall?.[1]).toMatchObject({ credentials: 'omit', redirect: 'error' });
    expect(await findRelay('https://[2001:db8::7]:4000/?peer=ada')).toEqual({
      ok: true,
      value: `/ip6/2001:db8::7/tcp/4000/tls/ws/p2p/${peerId}`,
    });
  });

  test('is refused with a reason where it does not answer, answers nonsense, or could not be used', async () => {
    for (const odd of [
      async () => Response.json({ relay: '/ip4/1.2.3.4' }),
      async () => Response.json([]),
      async () => new Response('<html>'),
      async () => new Response(JSON.stringify({ relay: peerId }), { status: 404 }),
      () => Promise.reject(new TypeError('no connection')),
    ]) {
      answer.mockImplementation(odd);
      const found = await findRelay('relay.example');
      expect(found).toMatchObject({ error: { type: 'no-relay-there' } });
      expect(!found.ok && found.error.remedy).toContain('--allow-origin https://page.example');
    }
    answer.mockReset();
    expect(await findRelay('http://relay.example')).toMatchObject({ error: { type: 'relay-not-secure' } });
    expect(await findRelay('not an address')).toMatchObject({ error: { type: 'not-a-relay-address' } });
    expect(answer).not.toHaveBeenCalled();
  });
});
