import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BallotRecord, createRecord } from '#reputation';
import {
  type PeerId,
  type RecordId,
  asPeerId,
  asRecordId,
  asRoundId,
  createSeededRandom,
  encodeCanonical,
  sha256,
  shuffled,
} from '#vocabulary';
import { type SlateEntry, type TallyInput, assignSlate, tallyBallots } from '../../src/round/tally.ts';
import { createRoundSim } from './round-sim.ts';
import { scriptedSigner } from './scripted-peer.ts';

const round = asRoundId('ab'.repeat(16));

/** A well-formed record id that stands for `name`. */
function idOf(name: string): RecordId {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567';
  const digest = sha256(encodeCanonical(name));
  const middle = Array.from({ length: 50 }, (_, at) => letters[(digest[at % 32]! + at) % 32]).join('');
  return asRecordId(`bafyrei${letters[digest[31]! % 8]}${middle}a`);
}

async function ballotOf(
  judge: PeerId,
  answers: readonly RecordId[],
  logOdds: (pair: number) => number,
  { weight = 1, calibration = 'c', leftOut = -1 } = {},
): Promise<BallotRecord> {
  const pairs = answers.flatMap((_, first) =>
    answers.slice(first + 1).map((__, offset) => [first, first + 1 + offset]),
  );
  const all = pairs.map(([first = 0, second = 0], index) => ({
    ...{ first, second, logOdds: logOdds(index), weight },
    contributions: [],
  }));
  const votes = all.filter((_, index) => index !== leftOut);
  const body = {
    ...{ round, commit: idOf(`ballot of ${judge}`), salt: new Uint8Array(16), model: 'm', calibration },
    ...{ answers: [...answers], screened: [], readings: answers.map(() => []), votes },
  };
  return createRecord({ type: 'ballot', body, parents: [] }, { signer: scriptedSigner(judge), nowMs: 1 });
}

const logOdds = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('the tally', () => {
  test('R1: the same ballots in any order, over a slate in any order, give the same figures', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 8 }),
        fc.integer({ min: 2, max: 5 }),
        fc.array(logOdds, { minLength: 80, maxLength: 80 }),
        fc.string(),
        async (peers, answersPerJudge, odds, seed) => {
          const slate = Array.from({ length: peers }, (_, index): SlateEntry => {
            const author = asPeerId(`peer${index}`);
            return { author, commit: idOf(`commit of ${author}`) };
          });
          const lineup = slate.map((entry) => entry.commit);
          const assigned = assignSlate({ round, lineup, slate, answersPerJudge });
          const ballots = await Promise.all(
            slate.map(({ author }, judge) =>
              ballotOf(author, assigned.get(author) ?? [], (pair) => odds[judge * 10 + pair] ?? 0),
            ),
          );
          const input: TallyInput = { round, lineup, slate, ballots, answersPerJudge, standingOf: () => 0.5 };
          const random = createSeededRandom(seed);
          const other = tallyBallots({
            ...input,
            lineup: shuffled(random, lineup),
            slate: shuffled(random, slate),
            ballots: shuffled(random, ballots),
          });
          expect(other).toEqual(tallyBallots(input));
          expect(other.ok && other.value.order.toSorted()).toEqual(lineup.toSorted());
        },
      ),
      { numRuns: 40 },
    );
  });

  test('R6: nobody is assigned its own answer, and a ballot over others than those assigned does not count', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: 12 }), fc.integer({ min: 2, max: 8 }), async (peers, perJudge) => {
        const slate = Array.from({ length: peers }, (_, index): SlateEntry => {
          const author = asPeerId(`peer${index}`);
          return { author, commit: idOf(`commit of ${author}`) };
        });
        const lineup = slate.map((entry) => entry.commit);
        const assigned = assignSlate({ round, lineup, slate, answersPerJudge: perJudge });
        for (const { author, commit } of slate) expect(assigned.get(author)).not.toContain(commit);
        const [first] = slate;
        const mine = assigned.get(first!.author) ?? [];
        const ballots = [await ballotOf(first!.author, mine.toReversed(), () => 1)];
        const tally = tallyBallots({ round, lineup, slate, ballots, answersPerJudge: perJudge, standingOf: () => 0.5 });
        expect(tally.ok && tally.value.votes).toEqual([]);
        expect(tally.ok && tally.value.refused).toHaveLength(1);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the weight of a vote', () => {
  const slate = ['anna', 'bert', 'carl', 'dora'].map((name): SlateEntry => {
    const author = asPeerId(name);
    return { author, commit: idOf(`commit of ${author}`) };
  });
  const lineup = slate.map((entry) => entry.commit);
  const assigned = assignSlate({ round, lineup, slate, answersPerJudge: 3 });
  const tallyOf = async (settings: Parameters<typeof ballotOf>[3]) => {
    const [{ author }] = slate as [SlateEntry];
    const ballots = [await ballotOf(author, assigned.get(author) ?? [], () => 2, settings)];
    const tally = tallyBallots({ round, lineup, slate, ballots, answersPerJudge: 3, standingOf: () => 0.5 });
    if (!tally.ok) throw new Error(tally.error.message);
    return tally.value;
  };

  test('R6: a ballot never weighs more than the rule, and less where it says so', async () => {
    expect((await tallyOf({ weight: 1 })).votes.map(({ weight }) => weight)).toEqual([2 / 3, 2 / 3, 2 / 3]);
    expect((await tallyOf({ weight: 0.25 })).votes.map(({ weight }) => weight)).toEqual([0.25, 0.25, 0.25]);
  });

  test('R6: votes without weight are shown and count for nothing, whatever a judge that was not measured claims', async () => {
    for (const settings of [{ weight: 0 }, { weight: 1, calibration: 'unmeasured/2' }]) {
      const { votes, indexed, ranking } = await tallyOf(settings);
      expect(votes.map(({ weight }) => weight)).toEqual([0, 0, 0]);
      expect(indexed.votes).toEqual([]);
      expect(new Set(ranking.order.map(({ strength }) => strength)).size).toBe(1);
    }
  });

  test('R6: a pair that could not be judged costs its vote, a ballot without any vote is refused', async () => {
    expect((await tallyOf({ leftOut: 1 })).votes).toHaveLength(2);
    const [{ author }] = slate as [SlateEntry];
    const ballot = await ballotOf(author, assigned.get(author) ?? [], () => 2);
    const empty = { ...ballot, body: { ...ballot.body, votes: [] } };
    const tally = tallyBallots({ round, lineup, slate, ballots: [empty], answersPerJudge: 3, standingOf: () => 0.5 });
    expect(tally.ok && tally.value.refused).toMatchObject([{ reason: 'no vote at all' }]);
  });
});

describe('a round', () => {
  test('R1, R2: over any latency and any speeds, ends settled with one order for all', async () => {
    const behaviour = fc.record({
      worth: fc.integer({ min: 0, max: 20 }),
      msPerToken: fc.integer({ min: 1, max: 3_000 }),
      judgeMsPerAnswer: fc.integer({ min: 1, max: 5_000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(behaviour, { minLength: 3, maxLength: 6 }),
        fc.string(),
        fc.integer({ min: 0, max: 400 }),
        async (behaviours, seed, maxMs) => {
          const answers = behaviours.map(({ worth }, index) => `worth ${worth} by ${index}`);
          const sim = await createRoundSim({ answers, seed, latencyMs: { min: 0, max: maxMs } });
          for (const [index, one] of behaviours.entries()) Object.assign(sim.peer(index).behaviour, one);
          sim.peer(0).node.ask('Which?');
          const view = await sim.finished();
          expect(view.phase).toBe('settled');
          expect(view.verdict?.agreedBy).toHaveLength(behaviours.length);
          for (const peer of sim.peers.slice(1)) expect(peer.ended[0]?.ranking).toEqual(view.ranking);
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);
});
