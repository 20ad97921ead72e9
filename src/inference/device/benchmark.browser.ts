import {
  type Benchmark,
  type CpuThroughput,
  type ThreadAnswer,
  type ThreadTask,
  CPU_SHARE_MS,
  MAX_BENCHMARK_THREADS,
  SET_UP_LIMIT_MS,
  joinAnswers,
  streamBytesFor,
} from './benchmark.ts';
import { type DeviceFacts, usableThreads } from './device-facts.ts';
import { benchmarkGpu } from './gpu-benchmark.browser.ts';
import { within } from './within.browser.ts';

/**
 * Measures processor and graphics processor, one after the other, off the page's thread. Never fails: what cannot be
 * measured is undefined. Takes about 400 ms after its set-up; the caller keeps the result for the session.
 */
export async function benchmarkDevice(facts: DeviceFacts): Promise<Benchmark> {
  const cpu = await benchmarkCpu(Math.min(MAX_BENCHMARK_THREADS, usableThreads(facts)));
  const gpu = facts.gpu.isThere ? await benchmarkGpu().catch(() => undefined) : undefined;
  return { ...cpu, gpu };
}

async function benchmarkCpu(threads: number): Promise<Pick<Benchmark, 'oneThread' | 'allThreads'>> {
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./benchmark-worker.browser.ts', import.meta.url), { type: 'module' }),
  );
  try {
    // Told apart from answers by their order: `ready` is the first message of each.
    const ready = await within(SET_UP_LIMIT_MS, Promise.all(workers.map((worker) => nextMessage(worker))));
    if (ready === undefined) return { oneThread: undefined, allThreads: undefined };
    const oneThread = await measureTogether(workers.slice(0, 1));
    return { oneThread, allThreads: threads > 1 ? await measureTogether(workers) : undefined };
  } catch {
    return { oneThread: undefined, allThreads: undefined };
  } finally {
    for (const worker of workers) worker.terminate();
  }
}

async function measureTogether(workers: readonly Worker[]): Promise<CpuThroughput | undefined> {
  const streamBytes = streamBytesFor(workers.length);
  const measure = async (kind: ThreadTask['kind']): Promise<number | undefined> => {
    const task: ThreadTask = { kind, durationMs: CPU_SHARE_MS, streamBytes };
    const answers = workers.map((worker) => {
      const answer = nextMessage(worker) as Promise<ThreadAnswer>;
      worker.postMessage(task);
      return answer;
    });
    const all = await within(SET_UP_LIMIT_MS, Promise.all(answers));
    return all && joinAnswers(all);
  };
  const gigaflops = await measure('arithmetic');
  const gigabytesPerSecond = await measure('memory');
  if (gigaflops === undefined || gigabytesPerSecond === undefined) return undefined;
  return { threads: workers.length, gigaflops, gigabytesPerSecond };
}

function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.addEventListener('message', ({ data }) => resolve(data), { once: true });
    worker.addEventListener('error', () => reject(new Error('A thread of the benchmark ended.')), { once: true });
  });
}
