/**
 * A swarm of round nodes in one process for tests: memory transport, virtual clock, scripted engine and judge, and
 * signatures that are keyed hashes (so that they settle in microtasks and virtual time stays exact). Never in the product.
 */
import type { Engine, EngineFacts, GenerateEvent, GenerateRequest } from '#inference';
import type { Judge, JudgeRequest } from '#judging';
import type { Ledger, SignedRecord } from '#reputation';
import { type RoundNode, createRoundNode } from '#round';
import type { Swarm } from '#swarm';
import {
  type PeerId,
  type RecordId,
  type Signer,
  type VerifySignature,
  type VirtualClock,
  asModelId,
  asPeerId,
  createSeededRandom,
  createVirtualClock,
  err,
  failure,
  ok,
  sha256,
  sleep,
} from '#vocabulary';
import { type MemorySwarmNetwork, createMemorySwarmNetwork } from '../swarm-sim/swarm.memory.ts';

export interface SimPeer {
  readonly id: PeerId;
  readonly node: RoundNode;
  readonly swarm: Swarm;
  readonly records: Map<RecordId, SignedRecord>;
  readonly behaviour: Behaviour;
}

/** What a scripted peer does; tests change it while the round runs. */
export interface Behaviour {
  answer: string;
  msPerToken: number;
  /** Higher is better; the scripted judge knows the worth by the text. */
  judgeMsPerAnswer: number;
  fails: boolean;
}

export interface RoundSim {
  readonly clock: VirtualClock;
  readonly network: MemorySwarmNetwork;
  readonly peers: readonly SimPeer[];
  /** Runs until the condition holds; throws after `limitMs` of virtual time. */
  until(condition: () => boolean, limitMs?: number): Promise<void>;
}

export async function createRoundSim(options: {
  readonly answers: readonly (string | undefined)[];
  readonly seed?: string;
}): Promise<RoundSim> {
  const clock = createVirtualClock(1_800_000_000_000);
  const random = createSeededRandom(options.seed ?? 'sim');
  const network = createMemorySwarmNetwork({ clock, random, latencyMs: { min: 5, max: 40 } });
  const peers: SimPeer[] = [];
  for (const [index, answer] of options.answers.entries()) {
    const id = asPeerId(`peer${index}`);
    const behaviour: Behaviour = { answer: answer ?? '', msPerToken: 50, judgeMsPerAnswer: 400, fails: false };
    const swarm = network.join(id);
    const records = new Map<RecordId, SignedRecord>();
    const node = createRoundNode({
      clock,
      random: createSeededRandom(`${options.seed ?? 'sim'}/${index}`),
      signer: scriptedSigner(id),
      verifySignature: scriptedVerify,
      swarm,
      engine: scriptedEngine(clock, behaviour, answer !== undefined),
      judge: scriptedJudge(clock, behaviour),
      calibration: 'scripted',
      ledger: scriptedLedger(records),
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
    peers.push({ id, node, swarm, records, behaviour });
  }
  await clock.advance(1_000);
  return {
    clock,
    network,
    peers,
    async until(condition, limitMs = 600_000) {
      const end = clock.now() + limitMs;
      while (!condition()) {
        if (clock.now() > end) throw new Error('The awaited condition did not come to hold.');
        await clock.advance(50);
      }
    },
  };
}

/** Worth of a scripted answer: the number in its text. */
export function worthOf(text: string): number {
  return Number(/\d+/u.exec(text)?.[0] ?? 0);
}

function scriptedEngine(clock: VirtualClock, behaviour: Behaviour, hasModel: boolean): Engine {
  const facts: EngineFacts = {
    engine: 'scripted',
    modelId: asModelId('scripted'),
    threads: 1,
    contextTokens: 2_048,
    vocabularySize: 100,
    canEmbed: false,
    loadMs: 0,
  };
  const unsupported = err(failure('unsupported' as const, 'Scripted.'));
  async function* generate(request: GenerateRequest): AsyncIterable<GenerateEvent> {
    if (behaviour.fails) {
      yield { type: 'error', error: failure('engine-crashed', 'Scripted crash.') };
      return;
    }
    const words = behaviour.answer.split(' ');
    for (const [index, word] of words.entries()) {
      await sleep(clock, behaviour.msPerToken, request.signal);
      if (request.signal?.aborted === true) {
        yield { type: 'end', reason: 'aborted', promptTokens: 5, tokens: index };
        return;
      }
      yield { type: 'text', text: index === 0 ? word : ` ${word}`, tokens: index + 1 };
    }
    yield { type: 'end', reason: 'stop', promptTokens: 5, tokens: words.length };
  }
  return {
    load: async () => ok(facts),
    facts: () => (hasModel ? facts : undefined),
    speed: () => ({ prefillTokensPerSecond: 50, decodeTokensPerSecond: 20 }),
    countTokens: (text) => ok(Math.ceil(text.length / 4)),
    generate,
    score: async () => unsupported,
    embed: async () => unsupported,
    unload: async () => undefined,
  };
}

function scriptedJudge(clock: VirtualClock, behaviour: Behaviour): Judge {
  return {
    async judge({ answers, signal, onProgress }: JudgeRequest) {
      for (const index of answers.keys()) {
        await sleep(clock, behaviour.judgeMsPerAnswer, signal);
        onProgress?.((index + 1) / answers.length);
      }
      if (signal?.aborted === true) return err(failure('aborted', 'Aborted.'));
      const verdicts = answers.flatMap((_, first) =>
        answers.slice(first + 1).map((__, offset) => {
          const second = first + 1 + offset;
          const logOdds = (worthOf(answers[first] ?? '') - worthOf(answers[second] ?? '')) / 2;
          return {
            first,
            second,
            logOdds,
            outcome: 1 / (1 + Math.exp(-logOdds)),
            weight: 2 / answers.length,
            contributions: [{ name: 'forward', logOdds }],
          };
        }),
      );
      return ok({
        answers: answers.map((text) => ({
          screening: text === '' ? ({ genuine: false, reason: 'empty' } as const) : ({ genuine: true } as const),
          readings: [{ name: 'forward' as const, value: worthOf(text) }],
        })),
        verdicts,
        evaluatedTokens: 10,
      });
    },
  };
}

function scriptedLedger(records: Map<RecordId, SignedRecord>): Ledger {
  return {
    durable: false,
    async put(list) {
      for (const record of list) records.set(record.id, record);
      return ok(undefined);
    },
    get: async (id) => records.get(id),
    all: async () => [...records.values()],
    flush: async () => ok(undefined),
    close: async () => undefined,
  };
}

function scriptedSignature(peer: PeerId, bytes: Uint8Array): Uint8Array {
  const half = sha256(new Uint8Array([...new TextEncoder().encode(peer), ...bytes]));
  return new Uint8Array([...half, ...half]);
}

export function scriptedSigner(peer: PeerId): Signer {
  return { peer, sign: async (bytes) => scriptedSignature(peer, bytes) };
}

export const scriptedVerify: VerifySignature = async (peer, bytes, signature) => {
  const expected = scriptedSignature(peer, bytes);
  return expected.every((byte, index) => byte === signature[index]);
};
