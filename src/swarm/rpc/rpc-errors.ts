import type { RpcError, RpcErrorType } from './rpc.ts';

/** `retryAfterMs` only where it is known. */
export function rpcError(type: RpcErrorType, message: string, retryAfterMs?: number): RpcError {
  return retryAfterMs === undefined ? { type, message } : { type, message, retryAfterMs };
}

/** Position is the code on the wire: append only. The first two are found out by the caller and never sent. */
export const RPC_ERROR_TYPES: readonly RpcErrorType[] = [
  'not-connected',
  'peer-gone',
  'deadline',
  'cancelled',
  'no-such-method',
  'bad-request',
  'bad-response',
  'overloaded',
  'slow-path',
  'too-large',
  'failed',
];

export const cancelledError = (): RpcError => rpcError('cancelled', 'The call was cancelled.');
export const deadlineError = (): RpcError => rpcError('deadline', 'The peer did not answer in time.');
export const goneError = (): RpcError => rpcError('peer-gone', 'The connection to the peer ended during the call.');
export const slowPathError = (): RpcError => ({
  type: 'slow-path',
  message: 'The peer is reached only through the relay, which carries no large transfers.',
  remedy: 'Wait for a direct connection, or ask another peer.',
});
