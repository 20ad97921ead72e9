import { expect, test } from 'vitest';
import { allCells, expectedPath, siteKinds } from './theory.ts';

const path = (a: (typeof siteKinds)[number], b: typeof a, servers: 'none' | 'stun' | 'stun+turn') =>
  expectedPath({ a, b, servers, sameNetwork: false });

test('R86: the laboratory expects what the kinds of NAT allow', () => {
  expect(path('port-restricted', 'port-restricted', 'stun')).toBe('direct');
  expect(path('symmetric', 'full-cone', 'stun')).toBe('direct');
  expect(path('open', 'symmetric', 'stun')).toBe('direct');
  expect(path('port-restricted', 'symmetric', 'stun')).toBe('relayed');
  expect(path('symmetric', 'symmetric', 'stun+turn')).toBe('turn');
  expect(path('udp-blocked', 'open', 'stun')).toBe('relayed');
  expect(path('udp-blocked', 'udp-blocked', 'stun+turn')).toBe('turn');
  expect(path('open', 'open', 'none')).toBe('relayed');
  expect(expectedPath({ a: 'symmetric', b: 'symmetric', servers: 'none', sameNetwork: true })).toBe('direct');
});

test('R86: it does not matter which side is which, and more servers never make a path worse', () => {
  const rank = { direct: 0, turn: 1, relayed: 2 };
  for (const a of siteKinds)
    for (const b of siteKinds) {
      for (const servers of ['none', 'stun', 'stun+turn'] as const)
        expect(path(a, b, servers)).toBe(path(b, a, servers));
      expect(rank[path(a, b, 'stun')]).toBeLessThanOrEqual(rank[path(a, b, 'none')]);
      expect(rank[path(a, b, 'stun+turn')]).toBeLessThanOrEqual(rank[path(a, b, 'stun')]);
    }
});

test('R86: the matrix has every pair with STUN and with TURN once', () => {
  const names = allCells().map(({ a, b, servers, sameNetwork }) => `${a} ${b} ${servers} ${sameNetwork}`);
  expect(new Set(names).size).toBe(names.length);
  for (const servers of ['stun', 'stun+turn'])
    expect(allCells().filter((cell) => cell.servers === servers && !cell.sameNetwork)).toHaveLength(15);
});
