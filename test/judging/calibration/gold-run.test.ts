import { describe, expect, test } from 'vitest';
import type { DoneGold, GoldRunError } from '#judging';
import { failure } from '#vocabulary';
import { planGold } from '../../../src/judging/calibration/gold-plan.ts';
import { type GoldPorts, runGold } from '../../../src/judging/calibration/gold-run.ts';
import { crash, scriptedGold } from './scripted-gold.ts';

const plan = planGold('run', {
  sampled: { fit: 4, 'held-out': 4 },
  written: { fit: 2, 'held-out': 2 },
  procedural: { fit: 2, 'held-out': 2 },
  attack: { fit: 1, 'held-out': 0 },
});

async function runAll(ports: GoldPorts, done: ReadonlySet<string> = new Set()) {
  const made: DoneGold[] = [];
  let error: GoldRunError | undefined;
  for await (const step of runGold(ports, plan, done))
    if (step.ok) made.push(step.value);
    else error = step.error;
  return { made, error };
}

describe('R31: a gold run', () => {
  test('reads every item in the order of the plan, each with right and wrong answers and its readings', async () => {
    const { made, error } = await runAll(scriptedGold(plan));
    expect(error).toBeUndefined();
    expect(made.map(({ id }) => id)).toEqual(plan.map(({ id }) => id));
    const slates = made.flatMap((item) => item.slates);
    expect(slates).toHaveLength(plan.length);
    const attack = slates.filter(({ source }) => source === 'attack');
    expect(attack.every(({ answers }) => answers.length === 2 && answers[0]?.right === true)).toBe(true);
    expect(new Set(attack.map(({ family }) => family)).size).toBe(13);
    const written = slates.find(({ source }) => source === 'written');
    expect(Object.keys(written?.answers[0]?.readings ?? {}).toSorted()).toEqual([
      'agreement',
      'cloze',
      'cloze-new',
      'forward',
    ]);
    expect(slates.filter(({ source }) => source === 'sampled').every(({ answers }) => answers.length === 4)).toBe(true);
  });

  test('goes on where it stopped: both parts together are the whole, byte for byte', async () => {
    const whole = await runAll(scriptedGold(plan));
    const again = await runAll(scriptedGold(plan));
    expect(JSON.stringify(again)).toBe(JSON.stringify(whole));
    const first = whole.made.slice(0, 7);
    const rest = scriptedGold(plan);
    const { made } = await runAll(rest, new Set(first.map(({ id }) => id)));
    expect(JSON.stringify([...first, ...made])).toBe(JSON.stringify(whole.made));
    const asked = new Set(rest.written.map(({ question }) => question));
    for (const item of plan.slice(0, 7)) expect(asked.has(item.question)).toBe(false);
  });

  test('asks the same question with the same seeds, and reads nothing where all answers are right', async () => {
    const ports = scriptedGold(plan, { answer: ({ right }) => right });
    const { made } = await runAll(ports);
    const sampled = plan.filter((item) => item.source === 'sampled');
    expect(ports.written).toEqual(sampled.flatMap(({ question, seeds }) => seeds.map((seed) => ({ question, seed }))));
    for (const { id, slates } of made.filter((item) => item.id.startsWith('sampled'))) {
      expect([id, slates.flatMap(({ answers }) => answers.map(({ right }) => right))]).toEqual([
        id,
        [true, true, true, true],
      ]);
      expect(slates[0]?.answers.every(({ readings }) => Object.keys(readings).length === 0)).toBe(true);
    }
  });

  test('ends with the failure of the engine, while it writes or while it reads', async () => {
    const writing = await runAll(scriptedGold(plan, { failing: (call) => (call === 6 ? crash : undefined) }));
    expect(writing.error).toEqual(failure('engine-failed', 'The engine stopped.'));
    expect(writing.made.length).toBeGreaterThan(0);
    const reading = await runAll(
      scriptedGold(plan, { predicted: (_, call) => (call === 4 ? { ok: false, error: crash } : undefined) }),
    );
    expect(reading.error?.type).toBe('engine-failed');
    expect(reading.made.length).toBeLessThan(plan.length);
  });

  test('skips what the model cannot read, and says so', async () => {
    const refused = { ok: false, error: failure('context-overflow', 'Too long.') } as const;
    const hit = plan.find(({ source }) => source === 'written')?.question ?? '';
    const { made, error } = await runAll(
      scriptedGold(plan, {
        predicted: ({ prompt }) => ('plain' in prompt && prompt.plain.includes(hit) ? refused : undefined),
      }),
    );
    expect(error).toBeUndefined();
    expect(made).toHaveLength(plan.length);
    expect(made.filter(({ skipped }) => skipped !== undefined)).toEqual([
      expect.objectContaining({ slates: [], skipped: expect.objectContaining({ message: 'Too long.' }) }),
    ]);
  });

  test('is left between two requests, and asks nothing more', async () => {
    const controller = new AbortController();
    const ports = scriptedGold(plan, {
      signal: controller.signal,
      failing: (call) => void (call === 3 && controller.abort()),
    });
    const { error, made } = await runAll(ports);
    expect(error?.type).toBe('aborted');
    expect(ports.written).toHaveLength(3);
    expect(made.every(({ id }) => id.length > 0)).toBe(true);
  });
});
