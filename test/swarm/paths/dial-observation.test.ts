import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diagnoseDial } from '../../../src/swarm/paths/diagnosis.ts';
import { createDialObserver } from '../../../src/swarm/paths/dial-observation.ts';

const candidate = (type: string) => `candidate:1 1 udp 2113937151 192.0.2.1 50000 typ ${type} generation 0`;
const late = Object.assign(new Error('signal timed out'), { name: 'TimeoutError' });
const iceFailed = new Error('RTCPeerConnection connection state became "failed"');

/** An attempt that came as far as trying pairs of addresses. */
function checked(local: string, remote: string, servers = { stun: 1, turn: 0 }) {
  const observer = createDialObserver(servers);
  observer.reached('checking');
  for (const type of local.split(' ')) observer.localCandidate(candidate(type));
  for (const type of remote.split(' ')) observer.remoteCandidate(candidate(type));
  return observer;
}

test('R87: an attempt keeps the furthest stage it reached', () => {
  const observer = createDialObserver({ stun: 0, turn: 0 });
  observer.reached('checking');
  observer.reached('offering');
  expect(observer.now().stage).toBe('checking');
});

test.each([
  ['no-servers', 'host', 'host', { stun: 0, turn: 0 }],
  ['no-candidates', '', 'host srflx', { stun: 1, turn: 0 }],
  ['no-candidates', 'host srflx', '', { stun: 1, turn: 0 }],
  ['udp-blocked', 'host', 'host srflx', { stun: 1, turn: 0 }],
  ['udp-blocked', 'host srflx', 'host', { stun: 1, turn: 0 }],
  ['no-direct-path', 'host srflx', 'host srflx', { stun: 1, turn: 0 }],
  ['turn-unreachable', 'host srflx', 'host srflx', { stun: 1, turn: 1 }],
  ['turn-unreachable', 'host srflx relay', 'host srflx relay', { stun: 1, turn: 1 }],
])('R87: %s is told from addresses "%s" here and "%s" there', (type, local, remote, servers) => {
  for (const error of [late, iceFailed]) {
    const reason = diagnoseDial(error, checked(local, remote, servers).now());
    expect(reason.type).toBe(type);
    expect(reason.remedy).toBeDefined();
  }
});

test.each([
  ['calling', 'no-answer'],
  ['offering', 'no-answer'],
  ['securing', 'handshake-failed'],
  ['opening', 'channel-hung'],
  ['open', 'channel-hung'],
] as const)('R87: what ended while %s is %s', (stage, type) => {
  const observer = createDialObserver({ stun: 1, turn: 0 });
  observer.reached(stage);
  expect(diagnoseDial(late, observer.now()).type).toBe(type);
});

test('R87: what the servers answered is told, within bounds', () => {
  const observer = checked('host', 'host', { stun: 1, turn: 1 });
  observer.serverError(401, 'Unauthorized');
  for (let code = 0; code < 100; code++) observer.serverError(code, 'x'.repeat(1_000));
  const { message } = diagnoseDial(late, observer.now());
  expect(message).toContain('401 Unauthorized');
  expect(message.length).toBeLessThan(700);
});

test('R87: a relay that does not know the peer says more than what was observed', () => {
  const gone = new Error('failed to connect via relay with status NO_RESERVATION');
  expect(diagnoseDial(gone, checked('host', 'host').now()).type).toBe('peer-left');
});

test('R87: whatever candidates a peer sends, they are counted or not', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (texts) => {
      const observer = createDialObserver({ stun: 1, turn: 0 });
      for (const text of texts) observer.remoteCandidate(text);
      const { host, srflx, relay } = observer.now().remote;
      expect(host + srflx + relay).toBeLessThanOrEqual(texts.length);
    }),
  );
});
