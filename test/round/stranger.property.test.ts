import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRecord, encodeRecord } from '#reputation';
import { asPeerId } from '#vocabulary';
import { MAX_PENDING_MESSAGES } from '../../src/round/constants.ts';
import { createInbox } from '../../src/round/inbox.ts';
import { ROUND_PROTOCOL, type WireMessage, encodeMessage } from '../../src/round/wire.ts';
import { ANSWERS, createRoundSim, type RoundSim } from './round-sim.ts';
import { scriptedSigner, scriptedVerify } from './scripted-peer.ts';

const HONEST = ['peer0', 'peer1', 'peer2', 'peer3'];
const GOSSIP = 4;

/** Runs a round in which the fifth peer hears everything it is sent and may also say other things. */
async function runWith(say: (sim: RoundSim, heard: readonly Uint8Array[]) => void): Promise<RoundSim> {
  const heard: Uint8Array[] = [];
  const running: { sim?: RoundSim } = {};
  const keep = (message: WireMessage): void => {
    heard.push(encodeMessage(message));
    if (running.sim !== undefined) say(running.sim, heard);
  };
  const sim = await createRoundSim({
    answers: ANSWERS,
    eavesdrops: { [GOSSIP]: keep },
    tampers: {
      [GOSSIP]: (message) => {
        keep(message);
        return [message];
      },
    },
  });
  running.sim = sim;
  sim.peer(0).node.ask('Which?');
  const view = await sim.finished();
  expect(view.phase).toBe('settled');
  expect(view.verdict?.agreedBy).toEqual(expect.arrayContaining(HONEST));
  expect(view.verdict?.winner).toBe('peer3');
  for (const peer of sim.peers) expect(peer.node.served()).toBeUndefined();
  expect(sim.network.handlerErrors).toEqual([]);
  return sim;
}

describe('messages nobody waits for', () => {
  test('R13: everything said in a round, said again to everybody by one of its peers, changes nothing', async () => {
    let echoes = 0;
    const sim = await runWith((started, heard) => {
      for (const peer of started.peers.slice(0, GOSSIP)) {
        echoes += 1;
        sendAs(started, GOSSIP, peer.id, heard.at(-1) as Uint8Array);
      }
    });
    expect(echoes).toBeGreaterThan(50);
    expect(sim.peer(0).node.asked()?.verdict?.agreedBy).toHaveLength(5);
    expect(sim.peers.map((peer) => peer.behaviour.answersBegun)).toEqual([1, 1, 1, 1, 1]);
    expect(sim.peers.map((peer) => peer.behaviour.ballotsBegun)).toEqual([1, 1, 1, 1, 1]);
  });

  test('R13: said by a stranger, it changes nothing either', async () => {
    let echoes = 0;
    const stranger = asPeerId('stranger');
    let send: ((to: string, bytes: Uint8Array) => void) | undefined;
    const sim = await runWith((started, heard) => {
      if (send === undefined) {
        const swarm = started.network.join(stranger);
        void swarm.start();
        send = (to, bytes) => void swarm.send(asPeerId(to), ROUND_PROTOCOL, bytes);
      }
      for (const bytes of heard) for (const peer of HONEST) send(peer, bytes);
      echoes += heard.length;
    });
    expect(echoes).toBeGreaterThan(50);
    const view = sim.peer(0).node.asked();
    expect(view?.participants.map((one) => one.peer)).not.toContain(stranger);
    expect(view?.verdict?.agreedBy).toHaveLength(5);
    expect(sim.peers.map((peer) => peer.behaviour.answersBegun)).toEqual([1, 1, 1, 1, 1]);
  });

  test('R13: arbitrary bytes, and messages with bytes changed, disturb nobody', { timeout: 60_000 }, async () => {
    const change = fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 5 }),
        fc.array(change, { minLength: 1, maxLength: 10 }),
        async (noise, changes) => {
          await runWith((sim, heard) => {
            const [pick, at, flip] = changes[heard.length % changes.length] as [number, number, number];
            const bytes = (heard[pick % heard.length] as Uint8Array).slice();
            bytes[at % bytes.length]! ^= flip;
            for (const peer of sim.peers.slice(0, GOSSIP))
              for (const one of [bytes, ...noise]) sendAs(sim, GOSSIP, peer.id, one);
          });
        },
      ),
      { numRuns: 15 },
    );
  });
});

/** Past the eavesdropping wrapper, so that what is said is not heard again. */
function sendAs(sim: RoundSim, from: number, to: string, bytes: Uint8Array): void {
  void sim.peer(from).line.send(asPeerId(to), ROUND_PROTOCOL, bytes);
}

describe('a flood', () => {
  const createFlooded = () => {
    const delivered: string[] = [];
    let checks = 0;
    const inbox = createInbox({
      clock: { now: () => 0, after: () => () => undefined },
      verifySignature: (...args) => {
        checks += 1;
        return scriptedVerify(...args);
      },
      isExpected: (from) => from !== asPeerId('stranger'),
      deliver: (from, message) => void delivered.push(`${from} ${message.t}`),
    });
    return { inbox, delivered, checks: () => checks };
  };
  const round = '00'.repeat(16) as WireMessage['round'];
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test('R13: fills only the queue of its sender', async () => {
    const { inbox, delivered } = createFlooded();
    const accept = encodeMessage({ t: 'accept', round, model: 'm' });
    for (let count = 0; count < 1_000; count++) inbox.receive(asPeerId('flood'), accept);
    inbox.receive(asPeerId('other'), accept);
    await settled();
    expect(delivered.filter((one) => one.startsWith('flood'))).toHaveLength(MAX_PENDING_MESSAGES);
    expect(delivered).toContain('other accept');
    inbox.receive(asPeerId('flood'), accept);
    await settled();
    expect(delivered.filter((one) => one.startsWith('flood'))).toHaveLength(MAX_PENDING_MESSAGES + 1);
  });

  test('R13: of large messages ends at the bytes that may wait', async () => {
    const { inbox, delivered } = createFlooded();
    const large = encodeMessage({ t: 'roster', round, record: new Uint8Array(60_000) });
    const accept = encodeMessage({ t: 'accept', round, model: 'm' });
    for (let count = 0; count < 100; count++) inbox.receive(asPeerId('flood'), large);
    for (let count = 0; count < 100; count++) inbox.receive(asPeerId('flood'), accept);
    await settled();
    // 69 large ones fit, which are no records and fall away; then come as many small ones as messages may wait.
    expect(delivered).toHaveLength(MAX_PENDING_MESSAGES - Math.floor((4 * 1024 * 1024) / large.length));
  });

  test('R13: of what nobody waits for costs no signature check', async () => {
    const { inbox, delivered, checks } = createFlooded();
    const signer = scriptedSigner(asPeerId('peer0'));
    const body = { round, digest: new Uint8Array(32) };
    const record = encodeRecord(await createRecord({ type: 'commit', body, parents: [] }, { signer, nowMs: 0 }));
    const lineup = encodeMessage({ t: 'lineup', round, record, commits: [record] });
    for (let count = 0; count < 100; count++) inbox.receive(asPeerId('stranger'), lineup);
    await settled();
    expect([delivered.length, checks()]).toEqual([0, 0]);
    inbox.receive(asPeerId('peer0'), lineup);
    await settled();
    expect([delivered.length, checks()]).toEqual([1, 2]);
  });
});
