import { startChild } from './child.ts';

export interface RelayReading {
  readonly rssBytes: number;
  /** After rubbish was collected. */
  readonly heapBytes: number;
  /** Of the process since it began, user and system. */
  readonly cpuMs: number;
  readonly reservations: number;
  readonly members: number;
  /** On the sockets, since it began. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** A relay in a process of its own. */
export interface RelayProcess {
  /** Ends with a slash. */
  readonly url: string;
  readonly peerId: string;
  read(): Promise<RelayReading>;
  stop(): Promise<void>;
}

export async function startRelay(): Promise<RelayProcess> {
  const child = startChild('relay-main.ts');
  const place = (await child.answer()) as Pick<RelayProcess, 'url' | 'peerId'>;
  return { ...place, stop: child.stop, read: async () => (await child.ask('read')) as RelayReading };
}
