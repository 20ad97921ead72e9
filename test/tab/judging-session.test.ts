/** How the session and the rounds use what is known of the model as a judge. */
import { describe, expect, test, vi } from 'vitest';
import { type Calibration, type Judgement, type StateReader, defaultCalibration } from '#judging';
import { ok } from '#vocabulary';
import { createCurrentJudge } from '../../src/tab/session/current-judge.ts';
import { createScriptedScorer } from '../judging/scorer.scripted.ts';
import { unmeasured } from './fixtures/judging.ts';
import { createFakes, start } from './scripted-session.ts';

const request = { question: 'Why?', answers: ['Because of the first.', 'Since it is the second one.'] };
const cheapest = defaultCalibration.panels.slice(0, 1);
const weightlessCalibration: Calibration = { ...unmeasured, panels: cheapest.map(({ weights }) => ({ weights })) };

async function judgeWith(calibration: () => Calibration, tokensPerSecond?: number): Promise<Judgement> {
  const scorer = createScriptedScorer({ lift: (word) => word.length / 4 });
  const judged = await createCurrentJudge({ scorer, calibration, tokensPerSecond: () => tokensPerSecond }).judge(
    request,
  );
  if (!judged.ok) throw new Error(judged.error.message);
  return judged.value;
}

describe('R28: a judge of this tab', () => {
  test('reads with the calibration in use when it is asked', async () => {
    let current: Calibration = { ...defaultCalibration, panels: defaultCalibration.panels.slice(0, 1) };
    const readingsIn = ({ answers }: Judgement): number => answers[0]?.readings.length ?? 0;
    const few = readingsIn(await judgeWith(() => current));
    current = { ...defaultCalibration, panels: defaultCalibration.panels.slice(1) };
    expect(readingsIn(await judgeWith(() => current))).toBeGreaterThan(few);
  });

  test('reads the states of an engine that shows them, asked anew for every judgement', async () => {
    const states = new Float32Array(576).fill(1);
    const engine: StateReader = { states: async () => ok({ mean: states, last: states, evaluatedTokens: 1 }) };
    const page: { shown?: StateReader } = {};
    const judge = createCurrentJudge({
      scorer: createScriptedScorer({ lift: () => 0 }),
      stateReader: () => page.shown,
      calibration: () => defaultCalibration,
      tokensPerSecond: () => undefined,
    });
    const namesRead = async (): Promise<readonly string[]> => {
      const judged = await judge.judge(request);
      return judged.ok ? (judged.value.answers[0]?.readings ?? []).map(({ name }) => name) : [];
    };
    expect(await namesRead()).not.toContain('probe');
    page.shown = engine;
    expect(await namesRead()).toContain('probe');
  });

  test('spends no more than the engine reads in the time a judgement may take', async () => {
    expect((await judgeWith(() => defaultCalibration, 1)).stopped).toBe('budget');
    expect((await judgeWith(() => defaultCalibration, 10_000)).stopped).not.toBe('budget');
  });
});

test('R29: without figures above chance a judge still says which is better, at weight 0', async () => {
  const [weightless] = (await judgeWith(() => weightlessCalibration)).verdicts;
  const [weighty] = (await judgeWith(() => ({ ...defaultCalibration, panels: cheapest }))).verdicts;
  expect(weightless).toEqual({ ...weighty, weight: 0 });
  expect(weighty?.weight).toBeGreaterThan(0);
  expect(weightless?.logOdds).not.toBe(0);
});

test('R27: measuring gives way to the model, to rounds and queue, and to the switch', async () => {
  const fakes = createFakes();
  const setObstacle = vi.spyOn(fakes.ports.judging, 'setObstacle');
  const session = await start(fakes);
  const last = (): unknown => setObstacle.mock.lastCall?.[0];
  expect(setObstacle.mock.calls.map(([obstacle]) => obstacle)).toContain('model');
  expect(last()).toBeUndefined();
  session.ask('Why?');
  expect(last()).toBe('round');
  fakes.endRound('settled');
  expect(last()).toBeUndefined();
  session.setContributing(false);
  expect(last()).toBe('not-contributing');
  session.setContributing(true);
  fakes.loseEngine();
  expect(last()).toBe('model');
});

test('R27: the session shows how the tab judges and passes on what the person wants', async () => {
  const fakes = createFakes();
  const session = await start(fakes);
  expect(session.getSnapshot().judging).toMatchObject({ status: 'shipped', hasWeight: true });
  session.measureJudging();
  expect(session.getSnapshot().judging.status).toBe('measuring');
  session.stopMeasuring();
  expect(session.getSnapshot().judging.status).toBe('shipped');
  session.measureJudging();
  session.restoreShippedJudging();
  expect(session.getSnapshot().judging.status).toBe('shipped');
});
