import { startChild } from './child.ts';

export type CrowdQuestion =
  | { readonly do: 'grow'; readonly to: number; readonly relayAddress: string }
  | { readonly do: 'sample'; readonly withinMs: number };

/** Many tabs, as far as the relay is concerned, in a process of their own. */
export interface Crowd {
  grow(to: number): Promise<void>;
  /** Each asks for a sample of the room once, spread over that time. */
  sample(withinMs: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startCrowd(relayAddress: string): Promise<Crowd> {
  const child = startChild('crowd-main.ts');
  await child.answer();
  const tell = async (question: CrowdQuestion): Promise<void> => void (await child.ask(question));
  return {
    grow: (to) => tell({ do: 'grow', to, relayAddress }),
    sample: (withinMs) => tell({ do: 'sample', withinMs }),
    stop: child.stop,
  };
}
