import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '#vocabulary';
import {
  countServers,
  createIceServers,
  parseIceAddress,
  toRtcIceServers,
} from '../../../src/swarm/paths/ice-servers.ts';

const secrets = { username: 'u', credential: 'c' };
const urls = (servers: ReturnType<typeof createIceServers>): readonly string[] =>
  servers.current().map(({ url }) => url);

describe('addresses', () => {
  test.each([
    'stun:stun.example.org',
    'stun:192.0.2.1:3478',
    'stun:[2001:db8::1]:3478',
    'stuns:stun.example.org:5349',
    'turn:turn.example.org:3478?transport=udp',
    'turn:turn.example.org:3478?transport=tcp',
    'turns:turn.example.org:443?transport=tcp',
    ' STUN:Stun.Example.ORG:3478 ',
  ])('R85: %s is one', (typed) => {
    expect(parseIceAddress(typed, 'u', 'c')).toMatchObject({ ok: true, value: { url: typed.trim().toLowerCase() } });
  });

  test.each([
    ['', 'empty'],
    ['stun.example.org', 'must begin with'],
    ['http://example.org', 'must begin with'],
    ['stun://stun.example.org', 'slashes'],
    ['stun:', 'not the address'],
    ['stun:a b', 'not the address'],
    ['stun:-x', 'not the address'],
    ['stun:x:0', 'not a port'],
    ['stun:x:99999', 'not a port'],
    ['stun:x?transport=udp', 'Only TURN'],
    ['turn:x?transport=sctp', 'not the address'],
    ['turns:x?transport=udp', 'TCP only'],
    [`stun:${'a'.repeat(400)}`, 'longer'],
  ])('R85: "%s" is refused with words', (typed, words) => {
    const read = parseIceAddress(typed, 'u', 'c');
    expect(read).toMatchObject({ ok: false, error: { type: 'bad-ice-server' } });
    if (!read.ok) expect(read.error.message).toContain(words);
  });

  test('R85: a TURN server without name and password is refused, as browsers do', () => {
    expect(parseIceAddress('turn:x')).toMatchObject({ ok: false });
    expect(parseIceAddress('turn:x', 'u', '')).toMatchObject({ ok: false });
    expect(parseIceAddress('turn:x', 'u'.repeat(513), 'c')).toMatchObject({ ok: false });
  });

  test('R85: whatever is typed is read or refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `turn:${text}`),
        ),
        fc.string(),
        (typed, secret) => {
          const read = parseIceAddress(typed, secret, secret);
          if (!read.ok) return;
          expect(read.value.url).toMatch(/^(?:stun|turn)s?:[\x21-\x7e]{1,300}$/);
        },
      ),
    );
  });
});

describe('the list', () => {
  test('R85: what the person and the relay give is used together, each once', () => {
    const servers = createIceServers(createVirtualClock());
    expect(servers.current()).toEqual([]);
    servers.set('relay', [{ urls: ['stun:r.example', 'stun:p.example'] }, { urls: 'turn:r.example', ...secrets }]);
    servers.set('person', [{ urls: 'stun:p.example' }]);
    expect(urls(servers)).toEqual(['turn:r.example', 'stun:p.example', 'stun:r.example']);
    expect(countServers(servers.current())).toEqual({ stun: 2, turn: 1 });
    servers.set('relay', []);
    expect(urls(servers)).toEqual(['stun:p.example']);
  });

  test("R85: four are used, of kinds and hosts as different as can be, the person's first", () => {
    const servers = createIceServers(createVirtualClock());
    const all = ['stun:a', 'stun:b', 'stun:c', 'turn:a', 'turn:a?transport=tcp', 'turn:b?transport=tcp', 'turns:a'];
    servers.set('relay', [{ urls: all, ...secrets }]);
    expect(urls(servers)).toEqual(['turn:a', 'turn:b?transport=tcp', 'stun:c', 'turns:a']);
    servers.set('person', [{ urls: 'turn:mine', ...secrets }]);
    expect(urls(servers)).toEqual(['turn:mine', 'turn:a?transport=tcp', 'stun:b', 'turns:a']);
  });

  test('R85: what the relay hands out ends when its time is over', async () => {
    const clock = createVirtualClock();
    const servers = createIceServers(clock);
    servers.set('relay', [{ urls: 'turn:r', ...secrets }], 60);
    servers.set('person', [{ urls: 'stun:p' }]);
    await clock.advance(59_999);
    expect(urls(servers)).toEqual(['turn:r', 'stun:p']);
    await clock.advance(1);
    expect(urls(servers)).toEqual(['stun:p']);
  });

  test('R85: one bad address costs the others nothing, and thousands cost nothing', () => {
    const servers = createIceServers(createVirtualClock());
    servers.set('relay', [{ urls: 'turn:no-secrets' }, { urls: ['javascript:1', 'stun:good'] }]);
    expect(toRtcIceServers(servers.current())).toEqual([{ urls: 'stun:good' }]);
    servers.set(
      'person',
      Array.from({ length: 5_000 }, (_, index) => ({ urls: `stun:p${index}` })),
    );
    expect(urls(servers)).toHaveLength(4);
  });
});
