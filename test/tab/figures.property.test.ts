import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asPeerId } from '#vocabulary';
import { blazonOf } from '../../src/tab/design/blazon.ts';
import { formatAgo, formatCountdown, formatDuration, formatRoundTrip } from '../../src/tab/design/duration.ts';
import { formatBytes, formatRate, formatShare, formatSigned, listOf } from '../../src/tab/design/figure.ts';
import { isTangled } from '../../src/tab/design/hostile-text.ts';
import { axisOver, positionOn } from '../../src/tab/observatory/axis.ts';
import { cleanName } from '#swarm';
import { nameOf, shortId } from '../../src/tab/peer-name.ts';
import { swarmPeer } from './fixtures/people.ts';
import { states } from './fixtures/states.ts';

describe('figures', () => {
  test.each([
    [0, '0 %'],
    [0.001, '<1 %'],
    [0.574, '57 %'],
    [0.9999, '>99 %'],
    [1, '100 %'],
    [Number.NaN, 'unknown'],
  ])('R12: the share %d reads %s', (share, words) => expect(formatShare(share)).toBe(words));

  test('R12: only certainty and impossibility are called so', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true }), (share) => {
        expect(['0 %', '100 %']).not.toContain(formatShare(share));
      }),
    );
  });

  test('R12: signs, rates and sizes', () => {
    expect([formatSigned(0.618), formatSigned(-1.08), formatSigned(-0.001), formatSigned(Infinity)]).toEqual([
      '+0.62',
      '−1.08',
      '0.00',
      'unknown',
    ]);
    expect([formatRate(9.94), formatRate(9.96)]).toEqual(['9.9', '10']);
    expect([formatBytes(98_362_432), formatBytes(1_500), formatBytes(2.34e9)]).toEqual(['98 MB', '2 kB', '2.3 GB']);
  });

  test('R12: durations keep two figures and never run backwards', () => {
    expect([940, 9_949, 9_951, 89_600, 125_000, -5].map(formatDuration)).toEqual([
      '0.9 s',
      '9.9 s',
      '10 s',
      '1 min 30 s',
      '2 min 5 s',
      '0.0 s',
    ]);
    expect([0.2, 87.4, 1_240].map(formatRoundTrip)).toEqual(['1 ms', '87 ms', '1.2 s']);
    expect([formatAgo(0, 59_000), formatAgo(0, 61_000), formatAgo(0, 7_300_000), formatAgo(0, 9e8)]).toEqual([
      'just now',
      '1 min ago',
      '2 h ago',
      '1970-01-01',
    ]);
  });

  test('R9: a countdown is never longer than what is left rounded up, and ends', () => {
    expect([formatCountdown(5_001, 0), formatCountdown(1, 0), formatCountdown(0, 0)]).toEqual([
      '6 s',
      '1 s',
      undefined,
    ]);
    expect(formatCountdown(125_000, 0)).toBe('2 min 5 s');
  });

  test('R9: names are listed so that nobody is dropped unsaid', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']].map((names) => listOf(names))).toEqual([
      '',
      'a',
      'a and b',
      'a, b and 1 other',
      'a, b and 2 others',
    ]);
  });
});

describe('the shared axis', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });

  test('R11: holds every strength and interval in the order of their values, with two to eight ticks', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 105 }), (values) => {
        const axis = axisOver(values);
        expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
        expect(axis.ticks.length).toBeLessThanOrEqual(8);
        const sorted = values.toSorted((a, b) => a - b).map((each) => positionOn(axis, each));
        for (const [index, position] of sorted.entries()) {
          expect(position).toBeGreaterThanOrEqual(0);
          expect(position).toBeLessThanOrEqual(100);
          expect(position).toBeGreaterThanOrEqual(sorted[index - 1] ?? 0);
        }
      }),
    );
  });

  test('R11: what is not finite neither stretches the axis nor leaves it', () => {
    const axis = axisOver([Number.NaN, Infinity, -1, 1]);
    expect(axis.high).toBeLessThan(2);
    expect([Number.NaN, Infinity, -Infinity].map((each) => positionOn(axis, each))).toEqual([0, 0, 0]);
  });
});

describe('names', () => {
  test('R5: whatever a peer calls itself, its name is one short printable line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const clean = cleanName(name);
        expect([...clean].length).toBeLessThanOrEqual(32);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(clean).toBe(clean.trim());
      }),
    );
  });

  test('R5: nobody else is ever called You', () => {
    const variants = fc.constantFrom('You', 'you', ' YOU ', 'Y\u200bou', 'Ｙｏｕ', '\u202eYou');
    const { self, swarm, ...rest } = states['empty']!;
    fc.assert(
      fc.property(variants, (name) => {
        const stranger = swarmPeer(1, { advert: { ...swarmPeer(1).advert!, name } });
        const snapshot = { ...rest, self, swarm: { ...swarm, peers: [stranger] } };
        expect(nameOf(snapshot, stranger.id)).toContain(shortId(stranger.id));
      }),
    );
    expect(nameOf(states['empty']!, asPeerId('12D3KooWnobodyKnowsThis'))).toBe('owsThis'.slice(-6));
  });
});

describe('shields', () => {
  test('R5: the same id always bears the same shield, and thirty-five peers bear nearly as many', () => {
    const ids = Array.from({ length: 35 }, (_, index) => swarmPeer(index).id);
    const drawn = ids.map((id) => JSON.stringify(blazonOf(id)));
    expect(ids.map((id) => JSON.stringify(blazonOf(id)))).toEqual(drawn);
    expect(new Set(drawn).size).toBeGreaterThanOrEqual(30);
  });
});

describe('tangled text', () => {
  test('R6: honest markdown is not taken for tangled', () => {
    const table = `| a | b |\n|---|---|\n${'| `x_1` | **2** |\n'.repeat(40)}`;
    const code = `\`\`\`python\n${'def some_name(a_b, c_d): return a_b[c_d] * 2\n'.repeat(30)}\`\`\``;
    expect([table, code, '- one\n  - two\n    - three', '> quoted\n> twice'].map(isTangled)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('R6: a block of unmatched marks is, wherever it stands', () => {
    fc.assert(
      fc.property(fc.constantFrom('[', '![', '*a ', '`x', '<', '~~'), fc.string({ maxLength: 200 }), (mark, before) => {
        expect(isTangled(`${before}\n\n${mark.repeat(700)}`)).toBe(true);
      }),
    );
  });
});
