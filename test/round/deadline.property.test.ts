import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PATIENCE_MS, SILENCE_MS, estimateStepMs, extendDeadlineMs } from '../../src/round/deadline.ts';
import { type Member, beginStep, createMember, reportProgress, waitEndsAtMs } from '../../src/round/member.ts';
import { asPeerId } from '#vocabulary';

const FLOOR_MS = 20_000;
const CEILING_MS = 150_000;
const anyNumber = fc.double();
const shares = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 20_000 })));

describe('deadlines', () => {
  test('R4: a first estimate lies between floor and ceiling, whatever a peer claims of its speed', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, fc.nat(), fc.nat(), (prefill, decode, promptTokens, stepTokens) => {
        const speed = { prefillTokensPerSecond: prefill, decodeTokensPerSecond: decode };
        const ms = estimateStepMs({ promptTokens, stepTokens }, speed);
        expect(ms).toBeGreaterThanOrEqual(FLOOR_MS);
        expect(ms).toBeLessThanOrEqual(CEILING_MS);
      }),
    );
  });

  test('R4: no report shortens a first estimate or passes the ceiling', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 150_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (first, share, now) => {
          const deadlineMs = extendDeadlineMs(1_000, 1_000 + first, share, 1_000 + now);
          expect(deadlineMs).toBeGreaterThanOrEqual(1_000 + first);
          expect(deadlineMs).toBeLessThanOrEqual(1_000 + CEILING_MS);
        },
      ),
    );
  });

  test('R3, R4: no sequence of reports makes a round wait beyond the ceiling, and silence ends the wait', () => {
    fc.assert(
      fc.property(shares, (reports) => {
        const speed = { prefillTokensPerSecond: 0, decodeTokensPerSecond: 0 };
        const candidate = { peer: asPeerId('p'), model: 'm', speed, standing: 0.5 };
        let member: Member = beginStep(createMember(candidate, 0), 'answering', 0, FLOOR_MS);
        let nowMs = 0;
        for (const [share, afterMs] of reports) {
          nowMs += afterMs;
          const before = member;
          member = reportProgress(member, share, nowMs);
          if (share <= (before.share ?? 0)) expect(member.deadlineMs).toBe(before.deadlineMs);
        }
        expect(waitEndsAtMs(member)).toBeLessThanOrEqual(CEILING_MS);
        expect(waitEndsAtMs(member)).toBeLessThanOrEqual(nowMs + SILENCE_MS);
      }),
    );
  });

  test('R9: all patience together is 446 s', () => {
    expect(Object.values(PATIENCE_MS).reduce((sum, ms) => sum + ms, 0)).toBe(446_000);
  });
});
