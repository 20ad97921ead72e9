export type * from './swarm.ts';
export {
  DEFAULT_ROOM,
  MAX_MESSAGE_BYTES,
  MAX_PROTOCOL_NAME_BYTES,
  MAX_RENDEZVOUS_BYTES,
  MAX_ROOM_MEMBERS,
  RENDEZVOUS_PING_INTERVAL_MS,
  RENDEZVOUS_PROTOCOL,
  RENDEZVOUS_SILENCE_MS,
  SWARM_PROTOCOL_VERSION,
} from './constants.ts';
export {
  type RendezvousNotice,
  type RendezvousRequest,
  decodeRendezvousNotice,
  decodeRendezvousRequest,
  encodeRendezvous,
} from './rendezvous-wire.ts';
