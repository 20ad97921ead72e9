import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type WaveRequest, planWave } from '../../src/ranking/assignment/active-wave.ts';
import { type Group, pairIndex } from '../../src/ranking/assignment/plan-cost.ts';
import { voteInformation } from '../../src/ranking/assignment/vote-information.ts';
import { drawsAround } from './normal-draws.ts';

function wave(request: WaveRequest): readonly Group[] {
  const planned = planWave(request);
  if (!planned.ok) throw new Error(planned.error.message);
  return planned.value;
}

const pairsOf = (group: Group): number[] =>
  group.flatMap((one, position) => group.slice(0, position).map((other) => pairIndex(one, other)));

const arbitraryRequest: fc.Arbitrary<WaveRequest> = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 7 }))
  .chain(([judgeCount, answerCount]) =>
    fc.record({
      authors: fc.array(fc.integer({ min: -1, max: judgeCount - 1 }), {
        minLength: answerCount,
        maxLength: answerCount,
      }),
      judgeCount: fc.constant(judgeCount),
      seed: fc.string(),
      draws: fc
        .array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: answerCount, maxLength: answerCount })
        .map((means) => drawsAround(means)),
      asked:
        answerCount < 2
          ? fc.constant([])
          : fc.array(
              fc.array(
                fc
                  .tuple(fc.nat(answerCount - 1), fc.integer({ min: 1, max: answerCount - 1 }))
                  .map(([first, step]) => [first, (first + step) % answerCount]),
                { maxLength: 4 },
              ),
              { maxLength: judgeCount },
            ),
      budget: fc.nat(8),
      judges: fc.array(fc.nat(judgeCount - 1), { maxLength: judgeCount }),
      answersPerJudge: fc.integer({ min: 2, max: 4 }),
      discriminations: fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { maxLength: judgeCount }),
    }),
  );

describe('planWave', () => {
  test('R10: nobody judges its own answer or a pair again; only judges that are there, within the budget', () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        const planned = wave(request);
        expect(planned).toHaveLength(request.judgeCount);
        expect(planned.filter((group) => group.length > 0).length).toBeLessThanOrEqual(request.budget);
        for (const [judge, group] of planned.entries()) {
          if (group.length === 0) continue;
          expect(request.judges).toContain(judge);
          expect(group.every((answer) => request.authors[answer] !== judge)).toBe(true);
          expect(new Set(group).size).toBe(group.length);
          expect(group.length).toBeGreaterThanOrEqual(2);
          expect(group.length).toBeLessThanOrEqual(request.answersPerJudge ?? 2);
          const known = new Set((request.asked[judge] ?? []).flatMap(pairsOf));
          expect(pairsOf(group).some((pair) => !known.has(pair))).toBe(true);
          if (group.length === 2) expect(known.has(pairsOf(group)[0] as number)).toBe(false);
        }
      }),
    );
  });

  test('R10: the same request gives the same wave', () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        expect(wave(request)).toEqual(wave({ ...request }));
      }),
    );
  });

  const strangers = { authors: [-1, -1, -1, -1, -1], seed: '', asked: [] };

  test('a lone judge gets the pair whose vote says most about which answer is the best', () => {
    // Two lead head to head; one is far behind, two in between.
    const draws = drawsAround([0, 2, 2.1, -3, 0.5]);
    const information = voteInformation(draws, 1);
    const planned = wave({ ...strangers, judgeCount: 1, budget: 1, draws })[0] as Group;
    expect(planned.toSorted()).toEqual([1, 2]);
    expect(information[pairIndex(1, 2)]).toBe(Math.max(...information));
  });

  test('judges of one wave are led apart, and the sharpest are served first', () => {
    const draws = drawsAround([1, 1.1, 0.9, 1, 1.2]);
    const many = wave({ ...strangers, judgeCount: 10, budget: 10, draws });
    const takers = new Map<number, number>();
    for (const pair of many.flatMap(pairsOf)) takers.set(pair, (takers.get(pair) ?? 0) + 1);
    expect(Math.max(...takers.values())).toBeLessThanOrEqual(2);

    const served = wave({ ...strangers, judgeCount: 3, budget: 1, draws, discriminations: [0.5, 2, 1] });
    expect(served.map((group) => group.length)).toEqual([0, 2, 0]);
    const silent = wave({ ...strangers, judgeCount: 2, budget: 2, draws, discriminations: [0, 1] });
    expect(silent.map((group) => group.length)).toEqual([0, 2]);
  });

  test('a judge that scores gets the answers that may be the best', () => {
    const draws = drawsAround([2, -2, 2.1, -2.5, 1.9]);
    const planned = wave({ ...strangers, judgeCount: 1, budget: 1, draws, answersPerJudge: 3 })[0] as Group;
    expect(planned.toSorted()).toEqual([0, 2, 4]);
  });

  test('nothing is asked once nothing can be learned', () => {
    expect(wave({ ...strangers, judgeCount: 2, budget: 9, draws: drawsAround([40, 0, 1, 2, 3]) })).toEqual([[], []]);
    const all = [0, 1, 2, 3, 4];
    expect(wave({ ...strangers, asked: [[all], []], judgeCount: 2, budget: 9, draws: drawsAround(all) })[0]).toEqual(
      [],
    );
  });

  test('R10: sides are a fair coin', () => {
    const draws = drawsAround([2, 2.1, -3, -3, -3]);
    let upright = 0;
    for (let seed = 0; seed < 200; seed++) {
      const [group] = wave({ ...strangers, seed: `${seed}`, judgeCount: 1, budget: 1, draws });
      expect(group?.toSorted()).toEqual([0, 1]);
      if (group?.[0] === 0) upright += 1;
    }
    // Four standard errors.
    expect(Math.abs(upright - 100)).toBeLessThan(4 * Math.sqrt(50));
  });

  test.each<[string, Partial<WaveRequest>]>([
    ['bad-author', { authors: [3, -1, -1] }],
    ['too-large', { judgeCount: 65 }],
    ['too-few-per-judge', { answersPerJudge: 1 }],
    ['bad-draws', { draws: { answerCount: 2, values: new Float64Array(2) } }],
    ['bad-draws', { draws: { answerCount: 3, values: new Float64Array(4) } }],
    ['bad-draws', { draws: { answerCount: 3, values: new Float64Array(0) } }],
    ['bad-draws', { draws: { answerCount: 3, values: new Float64Array(3 * 4_097) } }],
    ['bad-draws', { draws: { answerCount: 3, values: Float64Array.of(0, NaN, 0) } }],
    ['bad-draws', { draws: { answerCount: 3, values: Float64Array.of(1e308, -1e308, 0) } }],
    ['bad-judge', { judges: [2] }],
    ['bad-judge', { discriminations: [-1] }],
    ['bad-judge', { discriminations: [NaN] }],
    ['bad-judge', { discriminations: [1e308] }],
    ['bad-history', { asked: [[[0, 3]]] }],
    ['bad-history', { asked: [[], [], []] }],
    ['bad-history', { asked: [[Array(100_000).fill(0)]] }],
    ['bad-budget', { budget: -1 }],
    ['bad-budget', { budget: NaN }],
  ])('R12: refuses with %s', (type, fault) => {
    const planned = planWave({
      authors: [-1, -1, -1],
      judgeCount: 2,
      seed: '',
      draws: drawsAround([0, 0, 0]),
      asked: [],
      budget: 2,
      ...fault,
    });
    expect(planned.ok ? 'accepted' : planned.error.type).toBe(type);
  });

  test('R12: the largest request is planned at once', () => {
    const authors = [...Array(64).keys()];
    const values = Float64Array.from({ length: 64 * 4_096 }, (_, index) => Math.sin(index * index));
    const discriminations = authors.map((judge) => (3 * judge) / 63);
    const begin = performance.now();
    wave({
      authors,
      judgeCount: 64,
      seed: '',
      draws: { answerCount: 64, values },
      asked: [],
      budget: 64,
      discriminations,
    });
    // Some 0.4 s on a machine of 2020; the limit leaves room for a busy one.
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});
