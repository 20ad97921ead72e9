import { describe, expect, test } from 'vitest';
import { sha256 } from '#vocabulary';
import { findEquivocations } from '#reputation';
import { playRound, roundIdOf, signAs } from './scripted-round.ts';

const atMs = 1_770_000_000_000;
const records = await playRound({ name: 'r', asker: 'anna', participants: ['berta', 'carla', 'dora'], atMs });
const round = roundIdOf('r');
const digest = sha256(new Uint8Array([1]));
const ask = records.find((record) => record.type === 'ask')!;
const bertas = (type: string) => records.find((record) => record.type === type && record.author === 'berta')!;

describe('R8: two different statements on the same ground prove it against their author', () => {
  test('an honest round holds no proof', () => {
    expect(findEquivocations(records)).toEqual([]);
  });

  test('two commits to one ask', async () => {
    const second = await signAs('berta', 'commit', { round, digest }, [ask.id], atMs + 2);
    expect(findEquivocations([...records, second])).toEqual([
      {
        author: 'berta',
        round,
        type: 'commit',
        records: [bertas('commit').id, second.id].toSorted(),
        timeMs: atMs + 2,
      },
    ]);
  });

  test('two reveals of one commit, two ballot commits to one line-up, two ballots for one ballot commit', async () => {
    const commit = bertas('commit').id;
    const ballot = bertas('ballot');
    if (ballot.type !== 'ballot') throw new Error('berta cast no ballot');
    const seconds = await Promise.all([
      signAs('berta', 'reveal', { round, commit, answerDigest: digest }, [], atMs),
      signAs('berta', 'ballot-commit', { round, digest }, bertas('ballot-commit').parents, atMs),
      signAs('berta', 'ballot', { ...ballot.body, screened: [0] }, ballot.parents, atMs),
    ]);
    const found = findEquivocations([...records, ...seconds]);
    expect(found.map((proof) => proof.type).toSorted()).toEqual(['ballot', 'ballot-commit', 'reveal']);
    expect(found.every((proof) => proof.author === 'berta')).toBe(true);
  });

  test('the same statement sent again with a later date is no second one', async () => {
    const commit = bertas('commit');
    if (commit.type !== 'commit') throw new Error('berta committed to nothing');
    const again = await signAs('berta', 'commit', commit.body, commit.parents, atMs + 500);
    expect(again.id).not.toBe(commit.id);
    expect(findEquivocations([...records, again])).toEqual([]);
  });

  test('a stranger who reuses the round id cannot make an honest peer look double', async () => {
    if (ask.type !== 'ask') throw new Error('no ask');
    const copied = await signAs('mallory', 'ask', ask.body, [], atMs);
    const honest = await signAs('berta', 'commit', { round, digest }, [copied.id], atMs + 2);
    expect(findEquivocations([...records, copied, honest])).toEqual([]);
  });

  test('three statements give one proof, the same whatever their order', async () => {
    const more = await Promise.all(
      [1, 2].map((byte) =>
        signAs('berta', 'commit', { round, digest: sha256(new Uint8Array([byte])) }, [ask.id], atMs),
      ),
    );
    const all = [...records, ...more];
    const proofs = findEquivocations(all);
    expect(proofs).toHaveLength(1);
    expect(proofs[0]?.records).toEqual([bertas('commit').id, ...more.map((one) => one.id)].toSorted().slice(0, 2));
    expect(findEquivocations(all.toReversed())).toEqual(proofs);
  });

  test('dating both statements back does not make the proof older than what they answer', async () => {
    const pair = await Promise.all(
      [1, 2].map((byte) => signAs('zoe', 'commit', { round, digest: sha256(new Uint8Array([byte])) }, [ask.id], 0)),
    );
    expect(findEquivocations([...pair, ...records])[0]?.timeMs).toBe(ask.time);
  });
});
