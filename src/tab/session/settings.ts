import type { SharingPolicy } from '../session.ts';
import { type ModelsMemory, NOTHING_REMEMBERED } from './models-memory.ts';
import { type NetworkMemory, NO_NETWORK_MEMORY } from './network-memory.ts';
import { DEFAULT_POLICY } from './sharing-defaults.ts';

/** What a person chose for a peer; survives reloads. */
export interface Settings {
  readonly name: string;
  readonly contributing: boolean;
  readonly sharing: SharingPolicy;
  readonly models: ModelsMemory;
  readonly network: NetworkMemory;
  /** Tokens generated for other peers' questions so far. */
  readonly tokensForOthers: number;
}

export interface SettingsStore {
  load(): Settings;
  save(settings: Settings): void;
}

export const INITIAL_SETTINGS: Settings = {
  name: '',
  contributing: true,
  sharing: DEFAULT_POLICY,
  models: NOTHING_REMEMBERED,
  network: NO_NETWORK_MEMORY,
  tokensForOthers: 0,
};
