import { describe, expect, test } from 'vitest';
import { type GoldSlate, type GoldSource, calibrateTab, refreshCalibration } from '#judging';
import { createSeededRandom } from '#vocabulary';
import { MAX_SLATES_A_SOURCE, REFIT_AFTER } from '../../../src/judging/calibration/refresh.ts';

const options = { modelId: 'm', seed: 's' };

function slate(question: string, source: GoldSource = 'sampled', lead = 1): GoldSlate {
  const random = createSeededRandom(question);
  const answer = (right: boolean): GoldSlate['answers'][number] => ({
    right,
    words: 5,
    screened: false,
    readings: {
      cloze: random.next() + (right ? lead : 0),
      'cloze-new': random.next(),
      agreement: random.next(),
      forward: random.next(),
    },
  });
  const split = random.next() < 0.5 ? 'fit' : 'held-out';
  return { question, source, family: 'f', split, answers: [answer(true), answer(false)] };
}

const slates = (from: number, to: number, source?: GoldSource): GoldSlate[] =>
  Array.from({ length: to - from }, (_, index) => slate(`q${from + index}`, source));

describe('R32: a refresh', () => {
  test('fits anew only after 20 new slates', () => {
    const kept = slates(0, 60);
    expect(refreshCalibration(kept, slates(60, 60 + REFIT_AFTER - 1), options)).toEqual({ ok: true, value: undefined });
    const due = refreshCalibration(kept, slates(60, 60 + REFIT_AFTER), options);
    expect(due.ok && due.value?.slates).toHaveLength(80);
    expect(due.ok && due.value?.calibration).toMatchObject({ modelId: 'm', seed: 's', calibrated: true });
  });

  test('keeps the newest of each source, oldest first, and leaves the others alone', () => {
    const kept = [...slates(0, 5, 'written'), ...slates(0, MAX_SLATES_A_SOURCE)];
    const fresh = slates(1_000, 1_000 + REFIT_AFTER);
    const refreshed = refreshCalibration(kept, fresh, options);
    const left = refreshed.ok ? (refreshed.value?.slates ?? []) : [];
    expect(left.filter(({ source }) => source === 'written')).toHaveLength(5);
    const sampled = left.filter(({ source }) => source === 'sampled').map(({ question }) => question);
    expect(sampled).toHaveLength(MAX_SLATES_A_SOURCE);
    expect(sampled[0]).toBe(`q${REFIT_AFTER}`);
    expect(sampled.at(-1)).toBe(`q${1_000 + REFIT_AFTER - 1}`);
  });

  test('counts a question that was read again once, by its newest reading', () => {
    const again = slates(0, REFIT_AFTER).map((one) => ({ ...one, answers: one.answers.toReversed() }));
    const refreshed = refreshCalibration(slates(0, 60), again, options);
    const left = refreshed.ok ? (refreshed.value?.slates ?? []) : [];
    expect(left).toHaveLength(60);
    expect(left.slice(-REFIT_AFTER)).toEqual(again);
  });

  test('names a calibration after its slates: the same for the same, in whatever order fields were made', () => {
    const some = slates(0, 40);
    const version = (of: readonly GoldSlate[]): string | undefined => {
      const made = calibrateTab(of, options);
      return made.ok ? made.value.version : undefined;
    };
    expect(version(some)).toMatch(/^m\/tab-[0-9a-f]{12}$/);
    const turned = some.map((one) => Object.fromEntries(Object.entries(one).toReversed()) as unknown as GoldSlate);
    expect(version(turned)).toBe(version(some));
    expect(version(some.slice(1))).not.toBe(version(some));
  });

  test('says so when nothing can be fitted', () => {
    const alike = Array.from({ length: REFIT_AFTER }, (_, index) => ({ ...slate(`q${index}`), answers: [] }));
    expect(refreshCalibration([], alike, options)).toMatchObject({ ok: false, error: { type: 'no-gold' } });
  });
});
