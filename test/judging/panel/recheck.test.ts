import { describe, expect, test } from 'vitest';
import {
  type Judgement,
  type Reading,
  type StateReader,
  createJudge,
  defaultCalibration,
  recheckReadings,
  votesFollow,
} from '#judging';
import { ok } from '#vocabulary';
import { createScriptedScorer } from '../scorer.scripted.ts';

const QUESTION = 'What is the capital of France?';
const ANSWERS = ['The capital is Paris.', 'It is Lyon, I think.', '', 'Rome it is.'];
const rules = {
  lift: (word: string) => ({ Paris: 3, Lyon: 1 })[word] ?? 0,
  perToken: (text: string) => -1 - text.length / 100,
};

/** States of the default model's width that differ by text. */
const stateReader: StateReader = {
  states: async ({ continuation }) => {
    const states = new Float32Array(576).fill(continuation.length / 10);
    return ok({ mean: states, last: states, evaluatedTokens: 1 });
  },
};

async function judge(answers = ANSWERS, engines: { readonly stateReader?: StateReader } = {}): Promise<Judgement> {
  const scorer = createScriptedScorer(rules);
  const judged = await createJudge({ scorer, ...engines, calibration: defaultCalibration }).judge({
    question: QUESTION,
    answers,
  });
  if (!judged.ok) throw new Error(judged.error.message);
  return judged.value;
}
const statementOf = ({ answers, verdicts }: Judgement) => ({
  screened: answers.flatMap(({ screening }, index) => (screening.genuine ? [] : [index])),
  readings: answers.map(({ readings }) => readings),
  votes: verdicts,
});
const changed = (readings: readonly (readonly Reading[])[], by: number): Reading[][] =>
  readings.map((own, answer) => own.map((reading) => ({ ...reading, value: reading.value + (answer === 0 ? by : 0) })));

describe('checking a ballot', () => {
  test('R36: votes follow from the readings that are stated beside them, or are found out without any model', async () => {
    const statement = statementOf(await judge());
    expect(votesFollow(statement, defaultCalibration)).toBe(true);
    const [vote, ...others] = statement.votes;
    const bent = { ...statement, votes: [{ ...vote!, logOdds: -vote!.logOdds }, ...others] };
    expect(votesFollow(bent, defaultCalibration)).toBe(false);
    expect(votesFollow({ ...statement, readings: changed(statement.readings, 1) }, defaultCalibration)).toBe(false);
    expect(votesFollow({ ...statement, screened: [] }, defaultCalibration)).toBe(false);
  });

  test('R36: where only screening decided, votes follow from it; without readings nothing can be told', async () => {
    const screening = statementOf(await judge(['', 'The capital is Paris.']));
    expect(votesFollow(screening, defaultCalibration)).toBe(true);
    expect(votesFollow({ ...screening, votes: [{ first: 0, second: 1, logOdds: 3 }] }, defaultCalibration)).toBe(false);
    const statement = statementOf(await judge());
    expect(
      votesFollow({ ...statement, readings: statement.readings.map(() => []) }, defaultCalibration),
    ).toBeUndefined();
    const foreign = statement.readings.map((own) => own.slice(0, 2));
    expect(votesFollow({ ...statement, readings: foreign }, defaultCalibration)).toBeUndefined();
  });

  test('R36: anyone with the same model reads the same within tolerance, and tells what differs', async () => {
    const { readings } = statementOf(await judge());
    const engines = { scorer: createScriptedScorer(rules), calibration: defaultCalibration };
    const request = { question: QUESTION, answers: ANSWERS, others: [] };
    const honest = await recheckReadings(engines, { ...request, readings: changed(readings, 0.2) });
    expect(honest).toMatchObject({ ok: true, value: { agrees: true, differences: [] } });
    const lying = await recheckReadings(engines, { ...request, readings: changed(readings, 2) });
    expect(lying).toMatchObject({ ok: true, value: { agrees: false } });
    expect(lying.ok && lying.value.differences.every(({ answer }) => answer === 0)).toBe(true);
    const unread = await recheckReadings(engines, { ...request, readings: readings.map(() => []) });
    expect(unread).toMatchObject({ ok: false, error: { type: 'malformed-reading' } });
  });

  test('R36: votes from states are checked like all others, and read again as far as the own engine can', async () => {
    const statement = statementOf(await judge(ANSWERS, { stateReader }));
    expect(statement.readings[0]?.map(({ name }) => name)).toContain('probe');
    expect(votesFollow(statement, defaultCalibration)).toBe(true);
    const bent = statement.readings.map((own, answer) =>
      own.map((one) => (answer === 0 && one.name === 'probe' ? { ...one, value: one.value + 1 } : one)),
    );
    expect(votesFollow({ ...statement, readings: bent }, defaultCalibration)).toBe(false);
    const engines = { scorer: createScriptedScorer(rules), calibration: defaultCalibration };
    const request = { question: QUESTION, answers: ANSWERS, others: [], readings: bent };
    expect(await recheckReadings(engines, request)).toMatchObject({
      ok: true,
      value: { agrees: true, unchecked: ['probe'] },
    });
    expect(await recheckReadings({ ...engines, stateReader }, request)).toMatchObject({
      ok: true,
      value: { agrees: false, unchecked: [], differences: [{ answer: 0, name: 'probe' }] },
    });
  });
});
