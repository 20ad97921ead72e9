import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { asPeerId } from '#vocabulary';
import { type Standing, type TypedRecord, foldStandings } from '#reputation';
import { playRound, roundIdOf, signAs } from './scripted-round.ts';

const nowMs = 1_770_000_000_000;
const viewer = { self: asPeerId('anna'), nowMs: nowMs + 40 * 24 * 3_600_000 };

let records: readonly TypedRecord[];
let expected: readonly Standing[];

beforeAll(async () => {
  const four = ['anna', 'berta', 'carla', 'dora'];
  const dayMs = 24 * 3_600_000;
  const rounds = await Promise.all([
    playRound({ name: 'a', asker: 'anna', participants: four, silent: ['dora'], atMs: nowMs }),
    playRound({ name: 'b', asker: 'anna', participants: four, unrevealed: ['carla'], atMs: nowMs + 3 * dayMs }),
    playRound({ name: 'c', asker: 'carla', participants: four, contrary: ['dora'], atMs: nowMs + 5 * dayMs }),
    playRound({ name: 'd', asker: 'berta', participants: four, screened: ['dora'], atMs: nowMs + 5 * dayMs }),
    playRound({ name: 'e', asker: 'berta', participants: ['carla', 'dora', 'emil'], atMs: nowMs + 6 * dayMs }),
    playRound({ name: 'f', asker: 'dora', participants: ['berta', 'carla', 'emil'], atMs: nowMs + 6 * dayMs }),
    playRound({ name: 'g', asker: 'carla', participants: four, disputing: ['anna', 'dora'], atMs: nowMs + 7 * dayMs }),
  ]);
  const ask = rounds[4].find((record) => record.type === 'ask')!;
  const body = { round: roundIdOf('e'), digest: new Uint8Array(32) };
  records = [...rounds.flat(), await signAs('emil', 'commit', body, [ask.id], nowMs)];
  expected = foldStandings(records, viewer);
});

test('R17: the same set gives the same standings to the last bit, in any order and with repeats', async () => {
  expect(expected.map((one) => one.peer)).toEqual(['anna', 'berta', 'carla', 'dora', 'emil']);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...records], { minLength: records.length }),
      fc.subarray([...records]),
      async (shuffled, repeated) => {
        expect(foldStandings([...repeated, ...shuffled], viewer)).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

test('R17: any part of the records gives finite standings within their intervals', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray([...records]), async (part) => {
      for (const { answerer, judge, changes } of foldStandings(part, viewer)) {
        for (const role of [answerer, judge]) {
          expect(role.low).toBeGreaterThan(0);
          expect(role.high).toBeLessThan(1);
          expect(role.low).toBeLessThanOrEqual(role.mean);
          expect(role.mean).toBeLessThanOrEqual(role.high);
        }
        expect(changes.every((change) => Number.isFinite(change.amount) && change.amount !== 0)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
