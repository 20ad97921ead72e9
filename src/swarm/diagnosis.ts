import { failure } from '#vocabulary';
import type { DialFailure } from './dialler.ts';

/** Says in words why a dial failed. The transport's errors are told apart by name and text: it has no codes for these. */
export function diagnoseDial(error: unknown): DialFailure {
  const cause: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const name = cause instanceof Error ? cause.name : '';
  // Sockets and data channels reject with bare events, which say nothing.
  const message = cause instanceof Error ? cause.message : 'it was cut';
  if (/NO_RESERVATION/.test(message))
    return failure('peer-left', 'The relay does not know the peer any more.', 'It has closed its tab, most likely.');
  if (/connection state became "?failed/i.test(message))
    return failure(
      'no-direct-path',
      'The networks of both sides let no direct connection through.',
      'Configure a STUN or TURN server, or go on over the relay.',
    );
  if (name === 'TimeoutError' || name === 'AbortError' || /timed? ?out|aborted/i.test(`${name} ${message}`))
    return failure('timed-out', 'The connection did not come about in time.', 'It is tried again.');
  if (/circuit|relay|websocket|CONNECTION_FAILED/i.test(message))
    return failure('relay-lost', `The relay could not arrange the connection (${message.slice(0, 160)}).`);
  return failure('dial-failed', `The connection failed (${message.slice(0, 160)}).`);
}
