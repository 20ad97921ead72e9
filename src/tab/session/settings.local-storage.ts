import * as v from 'valibot';
import { cleanName } from '#swarm';
import { readModelsMemory } from './models-memory.ts';
import { readNetworkMemory } from './network-memory.ts';
import { readPolicy } from './sharing-policy.ts';
import { INITIAL_SETTINGS, type Settings, type SettingsStore } from './settings.ts';

const schema = v.object({
  // The swarm bounds names; a bound of our own could refuse what it lets through, and the rest with it.
  name: v.pipe(v.string(), v.transform(cleanName)),
  contributing: v.boolean(),
  // Settings of before there was a policy have none.
  sharing: v.optional(v.pipe(v.unknown(), v.transform(readPolicy)), {}),
  models: v.optional(v.pipe(v.unknown(), v.transform(readModelsMemory)), {}),
  network: v.optional(v.pipe(v.unknown(), v.transform(readNetworkMemory)), {}),
  tokensForOthers: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/** Settings of one peer under their own key; where the browser stores nothing they last as long as the tab. */
export function createLocalSettings(persona: string): SettingsStore {
  const key = `peerage/settings/${persona}`;
  let held: Settings | undefined;
  return {
    load() {
      held ??= read(key);
      return held;
    },
    save(settings) {
      held = settings;
      try {
        localStorage.setItem(key, JSON.stringify(settings));
      } catch {
        // Private browsing or a full disk: the page says elsewhere that nothing is kept.
      }
    },
  };
}

function read(key: string): Settings {
  try {
    const parsed = v.safeParse(schema, JSON.parse(localStorage.getItem(key) ?? 'null'));
    return parsed.success ? parsed.output : INITIAL_SETTINGS;
  } catch {
    return INITIAL_SETTINGS;
  }
}
