import type { Benchmark, DeviceFacts, EngineKind, SpeedRecord } from '#inference';
import type { DeviceView } from '../models-view.ts';
import type { KnownDevice } from './models-options.ts';

/** How the device is asked and measured. */
export interface DevicePort {
  facts(): Promise<DeviceFacts>;
  /** Takes about half a second of the whole machine. */
  benchmark(facts: DeviceFacts): Promise<Benchmark>;
  /** Libraries that this page brings. */
  readonly engines: readonly EngineKind[];
}

export interface DeviceKnowledge {
  /** What is known so far; undefined until the browser has answered. */
  known(): KnownDevice | undefined;
  view(threads: number): DeviceView | undefined;
  /** Resolves with the facts. */
  facts(): Promise<KnownDevice>;
  /** Resolves when it was measured too. */
  measured(): Promise<KnownDevice>;
}

/** Asks the device once and measures it once, when somebody wants to know. */
export function createDeviceKnowledge(
  device: DevicePort,
  records: () => readonly SpeedRecord[],
  onChange: () => void,
): DeviceKnowledge {
  let facts: DeviceFacts | undefined;
  let benchmark: Benchmark | undefined;
  let asking: Promise<DeviceFacts> | undefined;
  let measuring: Promise<void> | undefined;

  const known = (): KnownDevice | undefined =>
    facts && { facts, engines: device.engines, records: records(), ...(benchmark === undefined ? {} : { benchmark }) };
  const ask = (): Promise<DeviceFacts> => {
    asking ??= device.facts().then((answer) => {
      facts = answer;
      onChange();
      return answer;
    });
    return asking;
  };
  const measure = async (): Promise<void> => {
    benchmark = await device.benchmark(await ask());
    onChange();
  };
  const withRecords = (answer: DeviceFacts): KnownDevice =>
    known() ?? { facts: answer, engines: device.engines, records: records() };

  return {
    known,
    view: (threads) => facts && { facts, threads, benchmark },
    facts: async () => withRecords(await ask()),
    async measured() {
      measuring ??= measure();
      await measuring;
      return withRecords(await ask());
    },
  };
}
