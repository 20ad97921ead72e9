import * as v from 'valibot';
import { cleanName, isRelayAddress } from '#swarm';
import type { NetworkSettings, TransferTotals } from '../session.ts';
import {
  DEFAULT_NETWORK,
  DEFAULT_UPLOADS,
  MAX_OWN_ICE_SERVERS,
  MAX_OWN_RELAYS,
  MAX_ROOMS_KEPT,
  NO_TOTALS,
} from './network-defaults.ts';

/** What a peer remembers of the network over reloads. */
export interface NetworkMemory extends NetworkSettings {
  /** The one entered last first. */
  readonly rooms: readonly RememberedRoom[];
  /** The room this peer is in; undefined: the public one. */
  readonly roomId: string | undefined;
  readonly traffic: RememberedTraffic;
}

/** A private room. `invitation` holds its secret: whoever has it can enter. */
export interface RememberedRoom {
  readonly id: string;
  readonly name: string;
  readonly invitation: string;
  readonly lastUsedMs: number;
}

export interface RememberedTraffic {
  /** `2026-03-14`, where the person is. */
  readonly day: string;
  readonly today: TransferTotals;
  readonly total: TransferTotals;
}

const MAX_INVITATION_LENGTH = 1_000;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = (longest: number) => v.pipe(v.string(), v.maxLength(longest));
const totals = v.fallback(v.object({ givenBytes: count, takenBytes: count, serverBytes: count }), NO_TOTALS);

const room = v.object({
  id: v.pipe(text(100), v.minLength(1)),
  name: v.pipe(text(200), v.transform(cleanName)),
  invitation: v.pipe(text(MAX_INVITATION_LENGTH), v.minLength(1)),
  lastUsedMs: v.pipe(v.number(), v.finite(), v.minValue(0)),
});
const iceServer = v.object({
  url: v.pipe(text(300), v.regex(/^(?:stuns?|turns?):[\x21-\x7e]+$/u)),
  username: text(512),
  credential: text(512),
});
const uploads = v.object({
  isSharing: v.boolean(),
  uploadBytesPerSecond: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  maxUploads: v.pipe(count, v.minValue(1), v.maxValue(64)),
});

/** What can be read of a list, at most `longest` of it; the rest is dropped, not the list. */
function listOf<T>(schema: v.GenericSchema<unknown, T>, longest: number) {
  return v.fallback(
    v.pipe(
      v.array(v.unknown()),
      v.transform((items) =>
        items
          .map((item) => v.safeParse(schema, item))
          .flatMap((parsed) => (parsed.success ? [parsed.output] : []))
          .slice(0, longest),
      ),
    ),
    [],
  );
}

const relay = v.pipe(v.string(), v.check(isRelayAddress));
const memory = v.object({
  relays: v.optional(listOf(relay, MAX_OWN_RELAYS), []),
  iceServers: v.optional(listOf(iceServer, MAX_OWN_ICE_SERVERS), []),
  uploads: v.optional(v.fallback(uploads, DEFAULT_UPLOADS), DEFAULT_UPLOADS),
  rooms: v.optional(listOf(room, MAX_ROOMS_KEPT), []),
  roomId: v.optional(v.fallback(v.optional(v.string()), undefined)),
  traffic: v.optional(
    v.fallback(v.object({ day: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/u)), today: totals, total: totals }), {
      day: '',
      today: NO_TOTALS,
      total: NO_TOTALS,
    }),
  ),
});

export const NO_NETWORK_MEMORY: NetworkMemory = {
  ...DEFAULT_NETWORK,
  rooms: [],
  roomId: undefined,
  traffic: { day: '', today: NO_TOTALS, total: NO_TOTALS },
};

/** What is left of stored memory once everything damaged is dropped. */
export function readNetworkMemory(stored: unknown): NetworkMemory {
  const parsed = v.safeParse(memory, stored);
  if (!parsed.success) return NO_NETWORK_MEMORY;
  const { roomId, traffic, uploads: limits, relays, ...rest } = parsed.output;
  return {
    ...rest,
    relays: [...new Set(relays)],
    uploads: { ...limits, uploadBytesPerSecond: limits.uploadBytesPerSecond },
    // A room that is not remembered cannot be entered.
    roomId: rest.rooms.some(({ id }) => id === roomId) ? roomId : undefined,
    traffic: traffic ?? NO_NETWORK_MEMORY.traffic,
  };
}
