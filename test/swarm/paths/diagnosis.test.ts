import { expect, test } from 'vitest';
import { diagnoseDial } from '../../../src/swarm/paths/diagnosis.ts';

const timeout = Object.assign(new Error('The operation was aborted due to timeout'), { name: 'TimeoutError' });

test.each([
  ['peer-left', new Error('failed to connect via relay with status NO_RESERVATION')],
  ['no-direct-path', new Error('RTCPeerConnection connection state became "failed"')],
  ['timed-out', timeout],
  ['timed-out', new AggregateError([timeout], 'All multiaddr dials failed')],
  ['relay-lost', new Error('failed to connect via relay with status CONNECTION_FAILED')],
  ['dial-failed', new Error('Unexpected EOF - stream closed while reading 0/1 bytes')],
  ['dial-failed', { type: 'error' }],
  ['dial-failed', undefined],
])('R18: a failed dial is diagnosed as %s', (type, error) => {
  const failure = diagnoseDial(error);
  expect(failure.type).toBe(type);
  expect(failure.message).not.toContain('[object');
});
