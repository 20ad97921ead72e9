import { expect, test } from 'vitest';
import { asPeerId } from '#vocabulary';
import { countContribution } from '../../src/tab/session/contribution.ts';
import { playRound } from '../reputation/scripted-round.ts';

const participants = ['anna', 'bert', 'carl', 'dora'];

test('R17: what a peer did for others is counted from the signed records, its own questions are not', async () => {
  const rounds = await Promise.all([
    playRound({ name: 'one', asker: 'anna', participants: ['bert', 'anna', 'carl', 'dora'], atMs: 1_000 }),
    playRound({ name: 'two', asker: 'anna', participants, atMs: 2_000, unopened: ['bert'] }),
    playRound({ name: 'three', asker: 'bert', participants: ['bert', 'anna', 'carl', 'dora'], atMs: 3_000 }),
    playRound({ name: 'four', asker: 'anna', participants, atMs: 4_000, silent: ['bert'] }),
  ]);
  const records = rounds.flat();
  // The best answer of a script is its first participant's.
  expect(countContribution(records, asPeerId('bert'), 321)).toEqual({
    roundsAnswered: 2,
    roundsWon: 1,
    ballotsCast: 1,
    tokensGenerated: 321,
  });
  expect(countContribution(records, asPeerId('zora'), 0)).toMatchObject({ roundsAnswered: 0, ballotsCast: 0 });
  expect(countContribution(records.toReversed(), asPeerId('bert'), 321)).toEqual(
    countContribution(records, asPeerId('bert'), 321),
  );
});
