export type * from './swarm.ts';
export { MAX_MESSAGE_BYTES, MAX_PROTOCOL_NAME_BYTES, SWARM_PROTOCOL_VERSION } from './constants.ts';
