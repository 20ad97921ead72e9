/** How fast this device computes and reads memory: from about 200 ms on its processor and as much on its graphics processor. */
export interface Throughput {
  /** Billions of 32-bit multiplications and additions a second, each counted. */
  readonly gigaflops: number;
  readonly gigabytesPerSecond: number;
}

export interface CpuThroughput extends Throughput {
  readonly threads: number;
}

export interface Benchmark {
  /** One thread; undefined where workers do not start. */
  readonly oneThread: CpuThroughput | undefined;
  /** As many threads as an engine would use; undefined where that is one. */
  readonly allThreads: CpuThroughput | undefined;
  /** Undefined without an adapter, and where it did not answer in time. */
  readonly gpu: Throughput | undefined;
}

/** More threads share the speed of one memory, and engines take no more. */
export const MAX_BENCHMARK_THREADS = 8;

/** Of each measurement on the processor: arithmetic and memory, by one thread and by all. */
export const CPU_SHARE_MS = 45;
/** Of each measurement on the graphics processor. */
export const GPU_SHARE_MS = 90;
/** Starting workers and compiling kernels comes on top; who takes longer than this is not waited for. */
export const SET_UP_LIMIT_MS = 2_000;

/** What is asked of a thread, and what it answers. */
export interface ThreadTask {
  readonly kind: 'arithmetic' | 'memory';
  readonly durationMs: number;
  /** Bytes each of the two streams takes in the test of memory. */
  readonly streamBytes: number;
}

export interface ThreadAnswer {
  /** Operations or bytes. */
  readonly amount: number;
  readonly elapsedMs: number;
}

/** Both streams of all threads together: more than caches hold, less than a telephone misses. */
const ALL_STREAMS_BYTES = 64 * 2 ** 20;

export function streamBytesFor(threads: number): number {
  return ALL_STREAMS_BYTES / 2 / Math.max(1, threads);
}

/** Threads that worked side by side: what all did, by the time of the slowest; in billions a second. */
export function joinAnswers(answers: readonly ThreadAnswer[]): number {
  const amount = answers.reduce((sum, answer) => sum + answer.amount, 0);
  const elapsedMs = Math.max(...answers.map((answer) => answer.elapsedMs));
  return elapsedMs > 0 ? amount / elapsedMs / 1e6 : 0;
}
