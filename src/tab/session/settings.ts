/** What a person chose for a peer; survives reloads. */
export interface Settings {
  readonly name: string;
  readonly contributing: boolean;
  /** Tokens generated for other peers' questions so far. */
  readonly tokensForOthers: number;
}

export interface SettingsStore {
  load(): Settings;
  save(settings: Settings): void;
}

export const INITIAL_SETTINGS: Settings = { name: '', contributing: true, tokensForOthers: 0 };
