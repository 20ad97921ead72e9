import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTwoMeshes } from './wires.ts';

const PROTOCOL = '/test/1';

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), fromA: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('connect' as const),
      fromA: fc.boolean(),
      relayed: fc.boolean(),
      delayMs: fc.integer({ min: 1, max: 900 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'mute' as const), which: fc.nat(20) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 3_000 }) }) },
);

test('R3, R15: under any mix of connections, cuts and silences, what a peer hears between two losses is a gapless run of what was sent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const { clock, a, b, connect } = createTwoMeshes();
      const wires: ReturnType<typeof connect>[] = [];
      const runs = { [a.self]: [[]] as number[][], [b.self]: [[]] as number[][] };
      let number = 0;
      for (const mesh of [a, b]) {
        const own = runs[mesh.self] as number[][];
        mesh.handle(PROTOCOL, (_from, message) =>
          own.at(-1)?.push(new DataView(message.buffer, message.byteOffset).getUint32(0)),
        );
        mesh.onGone(() => own.push([]));
      }
      const accepted = { [a.self]: [] as number[], [b.self]: [] as number[] };
      const send = async (fromA: boolean): Promise<void> => {
        const [from, to] = fromA ? [a, b] : [b, a];
        const message = new Uint8Array(4);
        const mine = number++;
        new DataView(message.buffer).setUint32(0, mine);
        if ((await from.send(to.self, PROTOCOL, message)).ok) accepted[to.self]?.push(mine);
      };

      for (const action of steps) {
        // Not awaited: between two connections it waits for the next.
        if (action.do === 'send') void send(action.fromA);
        else if (action.do === 'wait') await clock.advance(action.ms);
        else if (action.do === 'connect')
          wires.push(
            connect(action.fromA ? a : b, action.fromA ? b : a, action.relayed ? 'relayed' : 'direct', action.delayMs),
          );
        else wires[action.which % Math.max(1, wires.length)]?.[action.do]();
        await clock.advance(0);
      }
      await clock.advance(20_000);

      for (const [peer, own] of Object.entries(runs))
        for (const run of own) {
          const sent = accepted[peer as keyof typeof accepted] as number[];
          const from = run.length === 0 ? 0 : sent.indexOf(run[0] as number);
          expect(sent.slice(from, from + run.length)).toEqual(run);
        }

      // However it went, a fresh connection works both ways, and neither side keeps a ghost.
      for (const wire of wires) wire.cut();
      await clock.advance(20_000);
      expect(a.getState().peers).toEqual([]);
      expect(b.getState().peers).toEqual([]);
      connect(a, b);
      await clock.advance(100);
      const before = [runs[a.self]?.at(-1)?.length, runs[b.self]?.at(-1)?.length];
      void send(true);
      void send(false);
      await clock.advance(100);
      expect([runs[a.self]?.at(-1)?.length, runs[b.self]?.at(-1)?.length]).toEqual(
        before.map((count) => (count ?? 0) + 1),
      );
    }),
    { numRuns: 150 },
  );
});
