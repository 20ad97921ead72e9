import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countBallots } from '../../src/ranking/ballots.ts';
import { assembleArrow } from '../../src/ranking/fit/arrow-system.ts';
import { ascend, fitJudgeAware } from '../../src/ranking/fit/judge-aware.ts';
import {
  type JudgeModel,
  type JudgePoint,
  createJudgeModel,
  logPosterior,
  priorPoint,
} from '../../src/ranking/fit/judge-model.ts';
import { JUDGE_PRIORS, priorDiscrimination } from '../../src/ranking/fit/priors.ts';
import { orderByStrength } from '../../src/ranking/ranking.ts';
import type { Ballots, Vote } from '../../src/ranking/vote.ts';
import { arbitraryBallots } from './ballots.arbitrary.ts';

function modelOf(ballots: Ballots): JudgeModel {
  const cells = countBallots(ballots);
  if (!cells.ok) throw new Error(cells.error.message);
  const meanOf = (judge: number): number => priorDiscrimination(ballots.judgeStanding ?? [], judge);
  return createJudgeModel(cells.value, JUDGE_PRIORS, meanOf, ballots.style);
}

const arbitraryStyled = arbitraryBallots(5, 25).chain((ballots) =>
  fc
    .array(fc.double({ min: 0, max: 8, noNaN: true }), {
      minLength: ballots.answerCount,
      maxLength: ballots.answerCount,
    })
    .map((style): Ballots => ({ ...ballots, style })),
);

/** A flat vector: strengths, common position bias, then three numbers a judge. */
const flatten = (point: JudgePoint): number[] => [...point.strengths, point.commonPosition, ...point.local];
function unflatten(model: JudgeModel, flat: readonly number[]): JudgePoint {
  const n = model.cells.itemCount;
  return {
    strengths: Float64Array.from(flat.slice(0, n)),
    commonPosition: flat[n] as number,
    local: Float64Array.from(flat.slice(n + 1)),
  };
}

const hasVotes = (model: JudgeModel, judge: number): boolean => model.starts[judge] !== model.starts[judge + 1];

/** Places of the flat vector that are free: judges without votes and those silenced by standing 0 are not. */
function freePlaces(model: JudgeModel): number[] {
  const n = model.cells.itemCount;
  const places = Array.from({ length: n + 1 }, (_, place) => place);
  for (let judge = 0; judge < model.cells.judgeCount; judge++)
    if (hasVotes(model, judge))
      for (let part = 0; part < 3; part++)
        if (part > 0 || (model.priorMeans[judge] as number) > 0) places.push(n + 1 + 3 * judge + part);
  return places;
}

/** Written apart from the product, one vote at a time, with Math.exp and Math.log1p. */
function independentLogPosterior(ballots: Ballots, flat: readonly number[]): number {
  const { answerCount: n, votes, judgeStanding = [], style = [] } = ballots;
  const at = (place: number): number => flat[place] as number;
  const mean = style.reduce((sum, x) => sum + x, 0) / n;
  const spread = Math.sqrt(style.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
  const x = (answer: number): number =>
    spread ** 2 > 1e-12 * (1 + mean ** 2) ? ((style[answer] as number) - mean) / spread : 0;
  let value = -(at(n) ** 2) / 2;
  for (let answer = 0; answer < n; answer++) value -= at(answer) ** 2 / (2 * 1.5 ** 2);
  for (const judge of new Set(votes.map((vote) => vote.judge))) {
    const standing = judgeStanding[judge] ?? 0.5;
    const centre = standing < 1e-3 ? 0 : standing <= 0.5 ? 2 * standing : 0.5 + standing;
    const own = n + 1 + 3 * judge;
    if (centre > 0) value -= (at(own) - centre) ** 2 / (2 * (0.45 * Math.min(1, centre)) ** 2);
    value -= (at(own + 1) - at(n)) ** 2 / (2 * 0.5 ** 2) + at(own + 2) ** 2 / (2 * 0.3 ** 2);
  }
  for (const { judge, first, second, outcome, weight, ordered } of votes) {
    const own = n + 1 + 3 * judge;
    const eta = at(own) * (at(first) - at(second)) + (ordered ? at(own + 1) : 0) + at(own + 2) * (x(first) - x(second));
    value -= weight * (outcome * Math.log1p(Math.exp(-eta)) + (1 - outcome) * Math.log1p(Math.exp(eta)));
  }
  return value;
}

/** Cyclic coordinate ascent by bisection of central differences; discriminations stay between 0 and their prior's centre. */
function climb(ballots: Ballots, centres: Float64Array, start: readonly number[], places: readonly number[]): number[] {
  const { answerCount: n } = ballots;
  const point = [...start];
  const slope = (place: number, x: number): number => {
    const held = point[place] as number;
    point[place] = x + 1e-5;
    const above = independentLogPosterior(ballots, point);
    point[place] = x - 1e-5;
    const below = independentLogPosterior(ballots, point);
    point[place] = held;
    return above - below;
  };
  for (let sweep = 0; sweep < 3_000; sweep++) {
    let moved = 0;
    for (const place of places) {
      const isDiscrimination = place > n && (place - n - 1) % 3 === 0;
      let low = (point[place] as number) - 0.5;
      let high = (point[place] as number) + 0.5;
      if (isDiscrimination) [low, high] = [Math.max(0, low), Math.min(centres[(place - n - 1) / 3] as number, high)];
      for (let halving = 0; halving < 34; halving++) {
        const middle = (low + high) / 2;
        if (slope(place, middle) > 0) low = middle;
        else high = middle;
      }
      moved = Math.max(moved, Math.abs((point[place] as number) - (low + high) / 2));
      point[place] = (low + high) / 2;
    }
    if (moved < 1e-10) break;
  }
  return point;
}

describe('judge-aware fit', () => {
  test('R1: the log posterior is that of the model, written apart', () => {
    fc.assert(
      fc.property(
        arbitraryStyled,
        fc.infiniteStream(fc.double({ min: 0.1, max: 1.5, noNaN: true })),
        (ballots, stream) => {
          const model = modelOf(ballots);
          const draw = (): number[] => {
            const flat = Array.from({ length: model.cells.itemCount + 1 + 3 * model.cells.judgeCount }, () => 0);
            for (const place of freePlaces(model)) flat[place] = stream.next().value as number;
            return flat;
          };
          const [a, b] = [draw(), draw()];
          const ours = logPosterior(model, unflatten(model, a)) - logPosterior(model, unflatten(model, b));
          const theirs = independentLogPosterior(ballots, a) - independentLogPosterior(ballots, b);
          expect(Math.abs(ours - theirs)).toBeLessThan(1e-9 * (1 + Math.abs(theirs)));
        },
      ),
    );
  });

  test('R1: gradient and step agree with finite differences of the log posterior', () => {
    const h = 1e-5;
    fc.assert(
      fc.property(
        arbitraryStyled,
        fc.infiniteStream(fc.double({ min: 0.1, max: 1.5, noNaN: true })),
        (ballots, stream) => {
          const model = modelOf(ballots);
          const places = freePlaces(model);
          const flat = flatten(fitJudgeAware(model).point);
          for (const place of places) flat[place]! += 0.02 * (stream.next().value as number);
          // Away from the bounds, where the derivative ends.
          for (const [judge, centre] of model.priorMeans.entries()) {
            const place = model.cells.itemCount + 1 + 3 * judge;
            flat[place] = Math.max(0.1 * centre, Math.min(0.9 * centre, flat[place] as number));
          }
          const gradientAt = (at: readonly number[]): number[] => {
            const system = assembleArrow(model, unflatten(model, at), 'fisher');
            if (system === undefined) throw new Error('indefinite');
            return [...system.globalGradient, ...system.localGradient];
          };
          const shifted = (place: number, by: number): number[] => flat.with(place, (flat[place] as number) + by);
          const gradient = gradientAt(flat);
          const system = assembleArrow(model, unflatten(model, flat), 'exact');
          const step = system?.step();
          const direction = step && [...step.global, ...step.local];
          for (const place of places) {
            const value = (by: number): number => logPosterior(model, unflatten(model, shifted(place, by)));
            const slope = gradient[place] as number;
            expect(Math.abs((value(h) - value(-h)) / (2 * h) - slope)).toBeLessThan(1e-4 * (1 + Math.abs(slope)));
            // H step = gradient, with row `place` of H from differences of the gradient.
            if (direction === undefined) continue;
            const [up, down] = [gradientAt(shifted(place, h)), gradientAt(shifted(place, -h))];
            let product = 0;
            for (const other of places)
              product -= (((up[other] as number) - (down[other] as number)) / (2 * h)) * (direction[other] as number);
            expect(Math.abs(product - (gradient[place] as number))).toBeLessThan(1e-3 * (1 + Math.abs(product)));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('R1: an independent optimiser ends in the same place, to 1e-7', () => {
    fc.assert(
      fc.property(arbitraryStyled, (ballots) => {
        const model = modelOf(ballots);
        const fit = fitJudgeAware(model);
        expect(fit.converged).toBe(true);
        const best = flatten(fit.point);
        const places = freePlaces(model);
        const start = best.map((number, place) => (places.includes(place) ? number - 0.01 : number));
        const other = climb(ballots, model.priorMeans, start, places);
        for (const place of places)
          expect(Math.abs((best[place] as number) - (other[place] as number))).toBeLessThan(1e-7);
      }),
      { numRuns: 12 },
    );
  });

  test('R1: the mode is no lower than the centre of the prior', () => {
    fc.assert(
      fc.property(arbitraryStyled, (ballots) => {
        const model = modelOf(ballots);
        const value = logPosterior(model, ascend(model, priorPoint(model)).point);
        expect(value).toBeGreaterThanOrEqual(logPosterior(model, priorPoint(model)) - 1e-12);
      }),
    );
  });
});

describe('two modes', () => {
  /** Judges from `from` to `to` vote on all pairs by an order, each against it every so many votes. */
  const faction = (from: number, to: number, order: readonly number[], slipEvery: number): Vote[] => {
    let cast = 0;
    return Array.from({ length: to - from }, (_, index) => from + index).flatMap((judge) =>
      order.flatMap((first, place) =>
        order.slice(place + 1).map((second): Vote => {
          const slips = ++cast % slipEvery === 0;
          return { judge, first, second, outcome: slips ? 0 : 1, weight: 1, ordered: false };
        }),
      ),
    );
  };

  test('R13: five judges that see through noise outweigh four that are sure of the reverse', () => {
    const order = [0, 1, 2, 3, 4, 5];
    const votes = [...faction(0, 5, order, 4), ...faction(5, 9, order.toReversed(), 1_000)];
    const model = modelOf({ answerCount: 6, judgeCount: 9, votes });
    const { point } = fitJudgeAware(model);
    expect(orderByStrength(point.strengths)).toEqual(order);
    const believed = Array.from({ length: 9 }, (_, judge) => point.local[3 * judge] as number);
    expect(Math.min(...believed.slice(0, 5))).toBeGreaterThan(Math.max(...believed.slice(5)));
    // The ascent from the prior alone sides with the surer four.
    expect(orderByStrength(ascend(model, priorPoint(model)).point.strengths)).not.toEqual(order);
  });
});
