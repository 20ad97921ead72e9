import type { Benchmark, DeviceFacts } from '#inference';
import { countOf, formatBytes, formatCount } from '../design/figure.ts';
import type { DeviceView } from '../session.ts';

/** What the browser says of this device, and what was measured. Nothing of it leaves the tab. */
export function DeviceSummary({ device }: { readonly device: DeviceView | undefined }) {
  return (
    <section className="sheet-part">
      <h3 className="section-title">This device</h3>
      {device === undefined ? (
        <p className="small soft">Asking the browser…</p>
      ) : (
        <dl className="device small">
          {factsOf(device).map(([name, words]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="figures">{words}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function factsOf({ facts, threads, benchmark }: DeviceView): readonly (readonly [string, string])[] {
  return [
    ['Graphics processor', describeGpu(facts)],
    ['Processor', describeProcessor(facts, threads)],
    [
      'Memory',
      facts.memoryAtLeastBytes === undefined
        ? 'This browser does not say.'
        : `${formatBytes(facts.memoryAtLeastBytes)} or more`,
    ],
    ['Measured', benchmark === undefined ? 'Not yet; this takes half a second.' : describeBenchmark(benchmark)],
  ];
}

function describeGpu({ gpu }: DeviceFacts): string {
  if (!gpu.isThere) return gpu.why;
  const { vendor, architecture, description, isSoftware, hasF16, limits } = gpu.facts;
  const name = [vendor, description === '' ? architecture : description].filter((part) => part !== '').join(' ');
  const shown = name === '' ? 'The browser does not name it' : name;
  const words = [
    isSoftware ? `${shown} (imitated by software, not used by itself)` : shown,
    hasF16 ? 'computes with 16-bit numbers' : 'has no 16-bit numbers',
    `reads pieces of up to ${formatBytes(limits.maxBindingBytes)}`,
  ];
  return `${words.join(', ')}.`;
}

function describeProcessor({ processors, isIsolated }: DeviceFacts, threads: number): string {
  const all = countOf(processors, 'thread');
  return isIsolated
    ? `${all}, of which this tab takes ${threads}.`
    : `${all}; this tab takes one, because the page is not isolated from others.`;
}

function describeBenchmark({ oneThread, allThreads, gpu }: Benchmark): string {
  const cpu = allThreads ?? oneThread;
  const words = [
    cpu === undefined
      ? 'the processor could not be measured'
      : `${formatCount(cpu.gigaflops)} billion operations a second on ${countOf(cpu.threads, 'thread')}`,
    ...(gpu === undefined ? [] : [`${formatCount(gpu.gigaflops)} billion on the graphics processor`]),
  ];
  return `${words.join(', ')}.`;
}
