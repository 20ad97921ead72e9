import fc from 'fast-check';
import type { Ballots, Vote } from '#ranking';

/** Outcomes at both ends and between, weights from nothing to heavy, judges of every standing. */
export function arbitraryBallots(maxAnswers = 7, maxVotes = 30): fc.Arbitrary<Ballots> {
  return fc
    .tuple(fc.integer({ min: 2, max: maxAnswers }), fc.integer({ min: 1, max: 4 }))
    .chain(([answerCount, judgeCount]) =>
      fc.record({
        answerCount: fc.constant(answerCount),
        judgeCount: fc.constant(judgeCount),
        votes: fc.array(arbitraryVote(answerCount, judgeCount), { maxLength: maxVotes }),
        judgeStanding: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: judgeCount }),
      }),
    );
}

function arbitraryVote(answerCount: number, judgeCount: number): fc.Arbitrary<Vote> {
  return fc
    .record({
      judge: fc.nat(judgeCount - 1),
      first: fc.nat(answerCount - 1),
      distance: fc.integer({ min: 1, max: answerCount - 1 }),
      outcome: fc.oneof(fc.constantFrom(0, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
      weight: fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 5, noNaN: true })),
      ordered: fc.boolean(),
    })
    .map(({ distance, ...vote }) => ({ ...vote, second: (vote.first + distance) % answerCount }));
}
