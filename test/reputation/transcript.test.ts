import { describe, expect, test } from 'vitest';
import { type PeerId, sha256 } from '#vocabulary';
import { type TypedRecord, collectTranscripts, digestEvidence, transcriptOf } from '#reputation';
import { playRound, roundIdOf, signAs } from './scripted-round.ts';

const atMs = 1_770_000_000_000;
const round = roundIdOf('r');
const records = await playRound({ name: 'r', asker: 'anna', participants: ['berta', 'carla', 'dora'], atMs });
const digest = sha256(new Uint8Array([1]));
const ofType = <T extends TypedRecord['type']>(type: T): TypedRecord & { type: T } =>
  records.find((record) => record.type === type) as TypedRecord & { type: T };
const authors = (list: readonly TypedRecord[]): string[] => list.map((record) => record.author).toSorted();

describe('R9: a transcript holds what reaches its ask', () => {
  test('an honest round is complete', () => {
    const [transcript, ...rest] = collectTranscripts(records);
    expect(rest).toEqual([]);
    expect(transcript?.asker).toBe('anna');
    const three = ['berta', 'carla', 'dora'];
    for (const part of ['commits', 'reveals', 'ballotCommits', 'ballots', 'confirmations'] as const)
      expect(authors(transcript?.[part] ?? [])).toEqual(three);
    expect(transcript?.disputes).toEqual([]);
  });

  test('several rounds come apart, each the same as alone', async () => {
    const other = await playRound({ name: 's', asker: 'dora', participants: ['anna', 'berta'], atMs });
    const mixed = records.flatMap((record, index) => [record, ...(other[index] ? [other[index]] : [])]);
    const alone = [...collectTranscripts(records), ...collectTranscripts(other)];
    expect(new Set(collectTranscripts(mixed))).toEqual(new Set(alone));
  });

  test('a commit to nobody, a stranger and a ballot that opens another digest stay out', async () => {
    const ballot = ofType('ballot');
    const strays = await Promise.all([
      signAs('berta', 'commit', { round, digest }, [], atMs),
      signAs('mallory', 'commit', { round, digest }, [ofType('ask').id], atMs),
      signAs('mallory', 'confirmation', { round, verdict: ofType('verdict').id, order: [] }, [], atMs),
      signAs(ballot.author, 'ballot', { ...ballot.body, screened: [0] }, ballot.parents, atMs),
      signAs('mallory', 'ballot', ballot.body, ballot.parents, atMs),
    ]);
    expect(collectTranscripts([...records, ...strays])).toEqual(collectTranscripts(records));
  });

  test("a stranger's own chain under the same round id is another round and takes nothing of this one", async () => {
    const ask = await signAs('mallory', 'ask', ofType('ask').body, [], atMs);
    const participants = [{ peer: 'berta' as PeerId, model: 'm', standing: 0.5 }];
    const roster = await signAs('mallory', 'roster', { round, ask: ask.id, participants }, [ask.id], atMs);
    const lineup = await signAs(
      'mallory',
      'lineup',
      { ...ofType('lineup').body, roster: roster.id },
      [roster.id],
      atMs,
    );
    const verdict = await signAs(
      'mallory',
      'verdict',
      { ...ofType('verdict').body, lineup: lineup.id },
      [lineup.id],
      atMs,
    );
    const all = [...records, ask, roster, lineup, verdict];
    expect(transcriptOf(ofType('verdict').id, all)).toEqual(collectTranscripts(records)[0]);
    expect(transcriptOf(verdict.id, all)).toMatchObject({ commits: [], reveals: [], ballots: [] });
  });
});

describe('R10: only settled rounds', () => {
  test.each(['ask', 'roster', 'lineup', 'verdict'] as const)('without the %s there is none', (type) => {
    expect(collectTranscripts(records.filter((record) => record.type !== type))).toEqual([]);
  });

  test('two verdicts of one asker leave none', async () => {
    const second = await signAs('anna', 'verdict', ofType('verdict').body, [ofType('lineup').id], atMs + 99);
    expect(collectTranscripts([...records, second])).toEqual([]);
    expect(transcriptOf(second.id, [...records, second])).toBeUndefined();
  });

  test("somebody else's verdict on this line-up is none", async () => {
    const foreign = await signAs('berta', 'verdict', ofType('verdict').body, [ofType('lineup').id], atMs + 9);
    expect(collectTranscripts([...records, foreign])).toEqual(collectTranscripts(records));
  });
});

test('R11: the digest of the evidence depends on what was voted on and on nothing else', () => {
  const [transcript] = collectTranscripts(records);
  if (transcript === undefined) throw new Error('no transcript');
  const digestOf = (list: readonly TypedRecord[]): string | undefined => {
    const [found] = collectTranscripts(list);
    return found && digestEvidence(found);
  };
  expect(digestOf(records.toReversed())).toBe(digestEvidence(transcript));
  expect(digestOf(records.filter((record) => record.type !== 'confirmation'))).toBe(digestEvidence(transcript));
  const lastBallot = transcript.ballots.at(-1)?.id;
  expect(digestOf(records.filter((record) => record.id !== lastBallot))).not.toBe(digestEvidence(transcript));
});
