import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as v from 'valibot';
import { type ItemReader, type Rpc, type StreamMethod, type UnaryMethod, createRpc } from '#swarm';
import { asPeerId, createSeededRandom, createVirtualClock, err, ok, sleep } from '#vocabulary';
import { createMemorySwarmNetwork } from '../../swarm-sim/swarm.memory.ts';

const task = v.object({ items: v.number(), size: v.number(), delayMs: v.number(), fails: v.boolean() });
type Task = v.InferOutput<typeof task>;
const isBulk = true;
const work: UnaryMethod<Task, Uint8Array> = {
  name: '/test/work/1',
  kind: 'unary',
  request: task,
  response: v.instance(Uint8Array),
  isBulk,
};
const feed: StreamMethod<Task, Uint8Array> = {
  name: '/test/feed/1',
  kind: 'stream',
  request: task,
  item: v.instance(Uint8Array),
  isBulk,
};

const step = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant('begin' as const),
      fromA: fc.boolean(),
      isStream: fc.boolean(),
      items: fc.integer({ min: 0, max: 12 }),
      size: fc.oneof(fc.nat(200), fc.nat(400_000)),
      delayMs: fc.constantFrom(0, 0, 0, 5, 300),
      fails: fc.constantFrom(false, false, false, true),
      deadlineMs: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.constantFrom(60_000, 80_000, 100_000)),
      readDelayMs: fc.constantFrom(0, 0, 0, 10, 200, 1e9),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(40) }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);

const isNumbered = (bytes: Uint8Array, index: number): boolean => bytes.every((byte) => byte === (index & 0xff));

test('R42, R43, R45, R46, R48: however calls, cancels, deadlines, slow readers and crashes mix, every call ends once, and items come whole and in order', async () => {
  let [finished, broken] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 40 }), fc.string(), async (steps, seed) => {
      const clock = createVirtualClock(1_000_000);
      const random = createSeededRandom(seed);
      const network = createMemorySwarmNetwork({ clock, random, latencyMs: { min: 1, max: 30 }, goneAfterMs: 300 });
      const reports: string[] = [];
      let atWork = 0;
      const createPeer = (name: string) => {
        const swarm = network.join(asPeerId(name));
        const rpc = createRpc({
          swarm,
          clock,
          onMisbehaviour: (_peer, reason) => reports.push(reason),
          onHandlerError: (_method, cause) => reports.push(String(cause)),
        });
        rpc.serve(work, async ({ size, delayMs, fails }) => {
          atWork++;
          if (delayMs > 0) await sleep(clock, delayMs);
          atWork--;
          return fails ? err({ type: 'failed', message: 'on purpose' }) : ok(new Uint8Array(size));
        });
        rpc.serveStream(feed, async ({ items, size, delayMs, fails }, { signal }, send) => {
          atWork++;
          let goesOn = true;
          for (let index = 0; goesOn && index < items; index++) {
            if (delayMs > 0) await sleep(clock, delayMs, signal);
            goesOn = await send(new Uint8Array(size).fill(index));
          }
          atWork--;
          return fails ? err({ type: 'failed', message: 'on purpose' }) : ok(undefined);
        });
        return { swarm, rpc };
      };
      const a = createPeer('anna');
      let b = createPeer('berta');
      await a.swarm.start();
      await b.swarm.start();
      await clock.advance(100);

      const calls: { ended: number; control: AbortController }[] = [];
      const read = async (reader: ItemReader<Uint8Array>, wanted: Task, readDelayMs: number): Promise<void> => {
        for (let index = 0; ; index++) {
          if (readDelayMs > 0) await sleep(clock, Math.min(readDelayMs, 70_000));
          const item = await reader.next();
          if (!item.ok) {
            broken++;
            if (item.error.type === 'failed') expect([wanted.fails, index]).toEqual([true, wanted.items]);
            expect(await reader.next()).toEqual(item);
            return;
          }
          if (item.value === undefined) {
            finished++;
            expect([wanted.fails, index]).toEqual([false, wanted.items]);
            return;
          }
          expect(item.value.byteLength).toBe(wanted.size);
          expect(isNumbered(item.value, index)).toBe(true);
        }
      };
      const begin = async (rpc: Rpc, to: string, action: Extract<(typeof steps)[number], { do: 'begin' }>) => {
        const control = new AbortController();
        const call = { ended: 0, control };
        calls.push(call);
        const { items, size, delayMs, fails, deadlineMs } = action;
        const wanted: Task = { items, size, delayMs, fails };
        const options = { deadlineMs, signal: control.signal };
        if (action.isStream) await read(rpc.open(asPeerId(to), feed, wanted, options), wanted, action.readDelayMs);
        else {
          const outcome = await rpc.call(asPeerId(to), work, wanted, options);
          if (outcome.ok) expect([outcome.value.byteLength, fails]).toEqual([size, false]);
        }
        call.ended++;
      };
      const failures: unknown[] = [];

      for (const action of steps) {
        if (action.do === 'wait') await clock.advance(action.ms);
        else if (action.do === 'cancel') calls[action.which % Math.max(1, calls.length)]?.control.abort();
        else if (action.do === 'crash') {
          network.kill(b.swarm.self);
          b = createPeer('berta');
          await b.swarm.start();
        } else {
          const [rpc, to] = action.fromA ? [a.rpc, 'berta'] : [b.rpc, 'anna'];
          void begin(rpc, to, action).catch((cause: unknown) => failures.push(cause));
        }
      }
      await clock.advance(200_000);

      expect(failures).toEqual([]);
      expect(reports).toEqual([]);
      expect(calls.map(({ ended }) => ended)).toEqual(calls.map(() => 1));
      expect(atWork).toBe(0);

      // However it went, both still call each other.
      const plain: Task = { items: 0, size: 10, delayMs: 0, fails: false };
      const last = [
        a.rpc.call(asPeerId('berta'), work, plain, { deadlineMs: 5_000 }),
        b.rpc.call(asPeerId('anna'), work, plain, { deadlineMs: 5_000 }),
      ];
      await clock.advance(1_000);
      for (const outcome of await Promise.all(last)) expect(outcome).toMatchObject({ ok: true });
    }),
    { numRuns: 80 },
  );
  // The test means nothing where hardly any stream ends well, or breaks.
  expect(finished).toBeGreaterThan(25);
  expect(broken).toBeGreaterThan(25);
}, 300_000);
