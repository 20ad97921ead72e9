/** One thread of the benchmark: says `ready`, then answers tasks until it is ended. */
import type { ThreadAnswer, ThreadTask } from './benchmark.ts';
import { dotModule } from './wasm-probes.ts';

const PAGE_BYTES = 65_536;
/** Each operand of the test of arithmetic; both fit the first cache of every processor. */
const ARITHMETIC_BYTES = 8_192;
/** A call takes less than a millisecond on a computer, so that a measurement ends in time. */
const ARITHMETIC_REPEATS = 1_000;
/** Until the engine of the browser has compiled the loop for speed. */
const WARM_UP_MS = 15;

interface DotExports {
  readonly memory: WebAssembly.Memory;
  dot(a: number, b: number, bytes: number, repeats: number): number;
}

// Type libraries differ in whether bytes may be shared; these are not.
const module = new WebAssembly.Module(dotModule() as Uint8Array<ArrayBuffer>);
const { memory, dot } = new WebAssembly.Instance(module).exports as unknown as DotExports;

function answer({ kind, durationMs, streamBytes }: ThreadTask): ThreadAnswer {
  const [bytes, repeats] = kind === 'arithmetic' ? [ARITHMETIC_BYTES, ARITHMETIC_REPEATS] : [streamBytes, 1];
  const missing = Math.ceil((2 * bytes - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing > 0) {
    memory.grow(missing);
    // Memory that was never touched is not there yet.
    new Float32Array(memory.buffer).fill(1e-9);
  }
  const amountOfCall = kind === 'arithmetic' ? (bytes / 4) * 2 * repeats : 2 * bytes * repeats;
  const beginMs = performance.now();
  let calls = 0;
  let elapsedMs = 0;
  while (elapsedMs < durationMs) {
    dot(0, bytes, bytes, repeats);
    calls += 1;
    elapsedMs = performance.now() - beginMs;
  }
  return { amount: calls * amountOfCall, elapsedMs };
}

addEventListener('message', ({ data }: MessageEvent<ThreadTask>) => postMessage(answer(data)));
answer({ kind: 'arithmetic', durationMs: WARM_UP_MS, streamBytes: 0 });
postMessage('ready');
