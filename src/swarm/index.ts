export type * from './swarm.ts';
export type { Identity, IdentityError } from './identity.ts';
export { exportIdentity, importIdentity, loadIdentity } from './identity.indexeddb.ts';
export { createSigner, verifySignature } from './signer.libp2p.ts';
export { type Libp2pSwarmOptions, createLibp2pSwarm } from './swarm.libp2p.ts';
export { type RelayLocation, relayMultiaddr, relayOfPage } from './relay-address.ts';
export { cleanName } from './advert.ts';
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
