import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '#vocabulary';
import { createDutyMeter } from '../../src/tab/session/duty-meter.ts';
import { decideSharing, readPolicy } from '../../src/tab/session/sharing-policy.ts';
import { DUTY_WINDOW_MS, DEFAULT_POLICY } from '../../src/tab/session/sharing-defaults.ts';

const SLOT_MS = DUTY_WINDOW_MS / 120;

describe('R41: whatever is stored', () => {
  test('a policy comes of it that means something', () => {
    const part = fc.oneof(fc.anything(), fc.double(), fc.record({ rule: fc.string(), level: fc.double() }));
    const stored = fc.oneof(
      fc.anything(),
      fc.record({ maxDuty: part, onBattery: part, whenHidden: part, schedule: part }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(stored, (value) => {
        const policy = readPolicy(value);
        expect(policy.maxDuty).toBeGreaterThanOrEqual(0);
        expect(policy.maxDuty).toBeLessThanOrEqual(1);
        expect(['always', 'never', 'above']).toContain(policy.onBattery.rule);
        expect(readPolicy(structuredClone(policy))).toEqual(policy);
      }),
    );
  });
});

describe('R42: whatever work is done when', () => {
  /** Stretches of work and rest, the last of them rest. */
  const stretches = fc.array(fc.record({ workMs: fc.nat(400_000), restMs: fc.nat(400_000) }), { maxLength: 12 });

  test('the measured share is the true one, but for part of a slot', async () => {
    await fc.assert(
      fc.asyncProperty(stretches, async (plan) => {
        const clock = createVirtualClock();
        const meter = createDutyMeter(clock);
        const worked: [number, number][] = [];
        for (const { workMs, restMs } of plan) {
          const unit = meter.begin();
          const fromMs = clock.now();
          await clock.advance(workMs);
          unit.end();
          worked.push([fromMs, clock.now()]);
          await clock.advance(restMs);
        }
        const beginMs = clock.now() - DUTY_WINDOW_MS;
        const trueMs = worked.reduce((sum, [from, to]) => sum + Math.max(0, to - Math.max(from, beginMs)), 0);
        const { share } = meter.read();
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(Math.abs(share * DUTY_WINDOW_MS - trueMs)).toBeLessThanOrEqual(SLOT_MS / 2 + 1);
      }),
      { numRuns: 200 },
    );
  });

  test('a peer over its cap serves again at the moment it was told, and not long before', async () => {
    await fc.assert(
      fc.asyncProperty(stretches, fc.double({ min: 0.01, max: 0.99, noNaN: true }), async (plan, maxDuty) => {
        const clock = createVirtualClock(5_000_000);
        const meter = createDutyMeter(clock);
        for (const { workMs, restMs } of plan) {
          const unit = meter.begin();
          await clock.advance(workMs);
          unit.end();
          await clock.advance(restMs);
        }
        const decide = () =>
          decideSharing(
            { ...DEFAULT_POLICY, maxDuty },
            { isSwitchedOn: true, battery: { status: 'unknown' }, isHidden: false, localMinute: 0 },
            meter.read(),
            clock.now(),
          );
        const decision = decide();
        if (decision.serves) return;
        const untilMs = decision.untilMs ?? Number.NaN;
        expect(untilMs).toBeGreaterThan(clock.now());
        expect(untilMs).toBeLessThanOrEqual(clock.now() + DUTY_WINDOW_MS + 2 * SLOT_MS);
        if (untilMs - clock.now() > 10) {
          await clock.advance(untilMs - clock.now() - 5);
          expect(decide().serves).toBe(false);
        }
        await clock.advance(untilMs - clock.now());
        expect(decide().serves).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('the window empties: a rest of one window and a slot leaves nothing', async () => {
    await fc.assert(
      fc.asyncProperty(stretches, async (plan) => {
        const clock = createVirtualClock();
        const meter = createDutyMeter(clock);
        for (const { workMs, restMs } of plan) {
          const unit = meter.begin();
          unit.addTokens(3);
          await clock.advance(workMs);
          unit.end();
          await clock.advance(restMs);
        }
        await clock.advance(DUTY_WINDOW_MS + SLOT_MS);
        expect(meter.read()).toMatchObject({ share: 0, tokensPerSecond: undefined });
      }),
      { numRuns: 100 },
    );
  });
});
