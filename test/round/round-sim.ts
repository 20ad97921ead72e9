/** A swarm of round nodes in one process for tests: memory transport, virtual clock, scripted peers. */
import type { SignedRecord } from '#reputation';
import { type RoundNode, type RoundPhase, type RoundView, createRoundNode } from '#round';
import type { Swarm } from '#swarm';
import {
  type PeerId,
  type RecordId,
  type VirtualClock,
  asPeerId,
  bytesToHex,
  createSeededRandom,
  createVirtualClock,
  sha256,
} from '#vocabulary';
import { type MemorySwarmNetwork, createMemorySwarmNetwork } from '../swarm-sim/swarm.memory.ts';
import {
  type Behaviour,
  createBehaviour,
  scriptedEngine,
  scriptedJudge,
  scriptedLedger,
  scriptedSigner,
  scriptedVerify,
} from './scripted-peer.ts';
import { type Eavesdrop, type Tamper, tamperWith } from './tampering-swarm.ts';

export interface SimPeer {
  readonly id: PeerId;
  readonly node: RoundNode;
  readonly swarm: Swarm;
  /** The same without any tampering. */
  readonly line: Swarm;
  readonly records: Map<RecordId, SignedRecord>;
  readonly behaviour: Behaviour;
  /** Every round that ended for this peer, in order. */
  readonly ended: RoundView[];
}

export interface RoundSim {
  readonly clock: VirtualClock;
  readonly network: MemorySwarmNetwork;
  readonly peers: readonly SimPeer[];
  /** One line for every message sent: time, sender, receiver, digest. */
  readonly transcript: readonly string[];
  peer(index: number): SimPeer;
  /** Runs until the condition holds; throws after `limitMs` of virtual time. */
  until(condition: () => boolean, limitMs?: number, stepMs?: number): Promise<void>;
  /** Runs until the last question of this peer is over, and gives its view. */
  finished(asker?: number): Promise<RoundView>;
  /** Runs until the question of the first peer is in this phase. */
  reach(phase: RoundPhase): Promise<void>;
}

export interface SimOptions {
  /** One peer each; undefined is a peer without a model. */
  readonly answers: readonly (string | undefined)[];
  readonly seed?: string;
  readonly latencyMs?: { readonly min: number; readonly max: number };
  /** How long the others take to notice that a peer was killed; never by default, so that deadlines must do. */
  readonly goneAfterMs?: number;
  readonly tampers?: Readonly<Record<number, Tamper>>;
  readonly eavesdrops?: Readonly<Record<number, Eavesdrop>>;
}

/** Five answers; the fourth peer's is the best, the asker's the worst. */
export const ANSWERS = ['worth 1 words here', 'worth 5 words here', 'worth 3 words here', 'worth 9 words', 'worth 7'];

export async function createRoundSim(options: SimOptions): Promise<RoundSim> {
  const seed = options.seed ?? 'sim';
  const clock = createVirtualClock(1_800_000_000_000);
  const latencyMs = options.latencyMs ?? { min: 5, max: 40 };
  const network = createMemorySwarmNetwork({
    clock,
    random: createSeededRandom(seed),
    latencyMs,
    goneAfterMs: options.goneAfterMs ?? Infinity,
  });
  const transcript: string[] = [];
  const peers: SimPeer[] = [];
  for (const [index, answer] of options.answers.entries()) {
    const id = asPeerId(`peer${index}`);
    const behaviour = createBehaviour(answer ?? '');
    const signer = scriptedSigner(id, behaviour);
    const plain = network.join(id);
    const recorded: Swarm = {
      ...plain,
      send(to, protocol, bytes) {
        transcript.push(`${clock.now()} ${id} ${to} ${bytesToHex(sha256(bytes))}`);
        return plain.send(to, protocol, bytes);
      },
    };
    const mischief = {
      ...(options.tampers?.[index] === undefined ? {} : { tamper: options.tampers[index] }),
      ...(options.eavesdrops?.[index] === undefined ? {} : { eavesdrop: options.eavesdrops[index] }),
    };
    const swarm = Object.keys(mischief).length === 0 ? recorded : tamperWith(recorded, mischief, { signer, clock });
    const records = new Map<RecordId, SignedRecord>();
    const node = createRoundNode({
      clock,
      random: createSeededRandom(`${seed}/${index}`),
      signer,
      verifySignature: scriptedVerify,
      swarm,
      engine: scriptedEngine(clock, behaviour, () => answer !== undefined),
      judge: scriptedJudge(clock, behaviour),
      calibration: () => 'scripted',
      ledger: scriptedLedger(records, behaviour),
      standingOf: () => 0.5,
    });
    await swarm.start();
    swarm.setAdvert({
      protocolVersion: 1,
      name: '',
      modelId: answer === undefined ? '' : 'scripted',
      engine: 'scripted',
      contributing: true,
      prefillTokensPerSecond: 50,
      decodeTokensPerSecond: 20,
    });
    const ended: RoundView[] = [];
    node.onRoundEnd((view) => ended.push(view));
    peers.push({ id, node, swarm, line: recorded, records, behaviour, ended });
  }
  // Until all have met and heard each other's adverts.
  await clock.advance(1_000 + 4 * latencyMs.max);

  const peer = (index: number): SimPeer => {
    const found = peers[index];
    if (found === undefined) throw new RangeError(`There is no peer ${index}.`);
    return found;
  };
  const until: RoundSim['until'] = async (condition, limitMs = 600_000, stepMs = 50) => {
    const end = clock.now() + limitMs;
    while (!condition()) {
      if (clock.now() > end) throw new Error('The awaited condition did not come to hold.');
      await clock.advance(stepMs);
    }
  };
  return {
    clock,
    network,
    peers,
    transcript,
    peer,
    until,
    async finished(asker = 0) {
      await until(() => !peer(asker).node.isAsking());
      await clock.advance(1_000);
      const view = peer(asker).node.asked();
      if (view === undefined) throw new Error('This peer never asked.');
      return view;
    },
    reach: (phase) => until(() => peer(0).node.asked()?.phase === phase, 200_000, 1),
  };
}
