export type * from './swarm.ts';
export type { Identity, IdentityError } from './identity/identity.ts';
export { exportIdentity, importIdentity, loadIdentity } from './identity/identity.indexeddb.ts';
export { createSigner, verifySignature } from './identity/signer.libp2p.ts';
export {
  type Libp2pSwarm,
  type Libp2pSwarmOptions,
  type SwarmSurroundings,
  createLibp2pSwarm,
} from './swarm.libp2p.ts';
export { type RelayLocation, relayMultiaddr, relayOfPage } from './joining/relay-address.ts';
export { type Room, createRoom, publicRoom } from './room/room.ts';
export { type InvitationError, inviteLink, parseInvitation } from './room/invitation.ts';
export { cleanName } from './session/advert.ts';
export { MAX_BROADCAST_BYTES, MAX_MESSAGE_BYTES, SWARM_PROTOCOL_VERSION } from './constants.ts';
export type * from './content/content.ts';
export { type ContentExchangeOptions, createContentExchange, defaultContentLimits } from './content/exchange.ts';
export { hashBytes } from './content/hash.browser.ts';
export { isRelayAddress } from './joining/rendezvous-wire.ts';
export type * from './rpc/rpc.ts';
export { type RpcOptions, createRpc } from './rpc/rpc-node.ts';
export { type RpcLimits, DEFAULT_RPC_LIMITS } from './rpc/rpc-limits.ts';
export { rpcError } from './rpc/rpc-errors.ts';
export { parseIceAddress } from './paths/ice-servers.ts';
