import { failure } from '#vocabulary';
import type { DialFailure } from './dialler.ts';
import type { CandidateCounts, DialObservation } from './dial-observation.ts';

/**
 * Says in words why a dial failed. The transport's errors are told apart by name and text: it has no codes for these.
 * What a direct attempt has shown says more than its error, which is often no more than that time ran out.
 */
export function diagnoseDial(error: unknown, observed?: DialObservation): DialFailure {
  const cause: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const name = cause instanceof Error ? cause.name : '';
  // Sockets and data channels reject with bare events, which say nothing.
  const message = cause instanceof Error ? cause.message : 'it was cut';
  if (/NO_RESERVATION/.test(message))
    return failure('peer-left', 'The relay does not know the peer any more.', 'It has closed its tab, most likely.');
  const isLate = name === 'TimeoutError' || name === 'AbortError' || /timed? ?out|aborted/i.test(`${name} ${message}`);
  const isIce = /connection state became "?failed/i.test(message);
  if (observed !== undefined && (isLate || isIce || observed.stage === 'opening')) return diagnoseStage(observed);
  if (isIce) return closedNetworks;
  if (isLate) return failure('timed-out', 'The connection did not come about in time.', AGAIN);
  if (/circuit|relay|websocket|CONNECTION_FAILED/i.test(message))
    return failure('relay-lost', `The relay could not arrange the connection (${message.slice(0, 160)}).`);
  return failure('dial-failed', `The connection failed (${message.slice(0, 160)}).`);
}

const AGAIN = 'It is tried again.';
const ADD_TURN = 'Add a TURN server in the settings, or go on over the relay.';
const closedNetworks: DialFailure = failure(
  'no-direct-path',
  'Both sides know their address on the internet, and still no packet got through: at least one of the networks ' +
    'uses another port for every connection (symmetric NAT) or drops what it did not ask for.',
  ADD_TURN,
);

function diagnoseStage(observed: DialObservation): DialFailure {
  switch (observed.stage) {
    case 'calling':
      return failure('no-answer', 'The other tab could not be called over the relay in time.', AGAIN);
    case 'offering':
      return failure(
        'no-answer',
        'The other tab was called and did not answer.',
        'It may be busy, or asleep in the background. It is tried again.',
      );
    case 'checking':
      return diagnoseChecks(observed);
    case 'securing':
      return failure(
        'handshake-failed',
        'A path was found, but the exchange of keys over it did not end.',
        'A firewall may be cutting such connections. It is tried again.',
      );
    case 'opening':
    case 'open':
      return failure('channel-hung', 'The connection was there, but no data came over it.', AGAIN);
  }
}

/** ICE found no pair of addresses that works: what either side had to offer says why. */
function diagnoseChecks({ local, remote, servers, serverErrors }: DialObservation): DialFailure {
  const saidBy = serverErrors.length === 0 ? '' : ` (${serverErrors.join('; ')})`;
  if (sum(local) === 0)
    return failure(
      'no-candidates',
      'The browser found no address of its own to connect from.',
      'A policy or an extension may forbid WebRTC here, or the network is down.',
    );
  if (servers.stun + servers.turn === 0)
    return failure(
      'no-servers',
      'No STUN server is configured, so that only tabs on the same network can connect directly.',
      'Add a STUN server in the settings, or go on over the relay.',
    );
  if (servers.turn > 0 && local.relay === 0 && remote.relay === 0)
    return failure(
      'turn-unreachable',
      `No direct path was found, and the TURN server lent no address${saidBy}.`,
      'Check its address, user name and password in the settings.',
    );
  if (local.srflx + local.relay === 0)
    return failure(
      'udp-blocked',
      `The STUN server did not answer${saidBy}: this network blocks UDP, or the server is down.`,
      'Add a TURN server over TCP in the settings, or go on over the relay.',
    );
  if (sum(remote) === 0)
    return failure(
      'no-candidates',
      'The other tab offered no address to connect to.',
      'Its browser or network may forbid WebRTC.',
    );
  if (remote.srflx + remote.relay === 0)
    return failure(
      'udp-blocked',
      'The other tab knows only addresses inside its own network: its network blocks UDP, or it has no STUN server.',
      ADD_TURN,
    );
  if (local.relay + remote.relay > 0)
    return failure(
      'turn-unreachable',
      `Not even over the TURN server did a packet get through${saidBy}.`,
      'Check that its firewall lets through the ports it lends.',
    );
  return closedNetworks;
}

const sum = ({ host, srflx, relay }: CandidateCounts): number => host + srflx + relay;
