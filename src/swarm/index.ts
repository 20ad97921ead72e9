export type * from './swarm.ts';
export type { Identity, IdentityError } from './identity.ts';
export { exportIdentity, importIdentity, loadIdentity } from './identity.indexeddb.ts';
export { createSigner, verifySignature } from './signer.libp2p.ts';
export { type Libp2pSwarmOptions, createLibp2pSwarm } from './swarm.libp2p.ts';
export { type RelayLocation, relayMultiaddr, relayOfPage } from './relay-address.ts';
export { cleanName } from './advert.ts';
export { MAX_BROADCAST_BYTES, MAX_MESSAGE_BYTES, SWARM_PROTOCOL_VERSION } from './constants.ts';
export type * from './content/content.ts';
