/**
 * What a simulated peer is made of: an engine and a judge that follow a script, a ledger in memory, and signatures that
 * are keyed hashes, so that they settle in microtasks and virtual time stays exact. Never in the product.
 */
import type { Engine, EngineFacts, GenerateEvent, GenerateRequest } from '#inference';
import type { Judge, Judgement, JudgeRequest } from '#judging';
import type { Ledger, SignedRecord } from '#reputation';
import {
  type PeerId,
  type RecordId,
  type Signer,
  type VerifySignature,
  type VirtualClock,
  asModelId,
  err,
  failure,
  ok,
  sha256,
  sleep,
} from '#vocabulary';

/** What a scripted peer does; tests change it while the round runs. */
export interface Behaviour {
  answer: string;
  /** `Infinity` stalls: the peer goes on reporting and never advances. */
  msPerToken: number;
  judgeMsPerAnswer: number;
  answeringFails: boolean;
  judgingFails: boolean;
  signingFails: boolean;
  storingFails: boolean;
  /** What a dishonest judge makes of its honest judgement. */
  twist: (judgement: Judgement) => Judgement;
  /** Answers this peer's engine has begun and ballots its judge has begun. */
  answersBegun: number;
  ballotsBegun: number;
}

export function createBehaviour(answer: string): Behaviour {
  return {
    answer,
    msPerToken: 50,
    judgeMsPerAnswer: 400,
    answeringFails: false,
    judgingFails: false,
    signingFails: false,
    storingFails: false,
    twist: (judgement) => judgement,
    answersBegun: 0,
    ballotsBegun: 0,
  };
}

/** Worth of a scripted answer: the number in its text. */
export function worthOf(text: string): number {
  return Number(/\d+/u.exec(text)?.[0] ?? 0);
}

export function scriptedEngine(clock: VirtualClock, behaviour: Behaviour, hasModel: () => boolean): Engine {
  const facts: EngineFacts = {
    kind: 'wllama',
    engine: 'scripted',
    device: 'cpu',
    modelId: asModelId('scripted'),
    threads: 1,
    contextTokens: 1_024,
    vocabularySize: 100,
    canEmbed: false,
    stateLayers: 0,
    memoryBytes: 0,
    loadMs: 0,
  };
  const unsupported = err(failure('unsupported' as const, 'Scripted.'));
  async function* generate(request: GenerateRequest): AsyncIterable<GenerateEvent> {
    behaviour.answersBegun += 1;
    if (behaviour.answeringFails) {
      yield { type: 'error', error: failure('engine-crashed', 'Scripted crash.') };
      return;
    }
    const words = behaviour.answer.split(' ').slice(0, request.maxTokens);
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
    facts: () => (hasModel() ? facts : undefined),
    speed: () => ({ prefillTokensPerSecond: 50, decodeTokensPerSecond: 20 }),
    countTokens: (text) => ok(Math.ceil(text.length / 4)),
    generate,
    score: async () => unsupported,
    predict: async () => unsupported,
    states: async () => unsupported,
    embed: async () => unsupported,
    unload: async () => undefined,
  };
}

/** Prefers the answer of higher worth, by half a logit for each point between them. */
export function scriptedJudge(clock: VirtualClock, behaviour: Behaviour): Judge {
  return {
    async judge({ answers, signal, onProgress }: JudgeRequest) {
      behaviour.ballotsBegun += 1;
      for (const index of answers.keys()) {
        await sleep(clock, behaviour.judgeMsPerAnswer, signal);
        onProgress?.((index + 1) / answers.length);
      }
      if (signal?.aborted === true) return err(failure('aborted', 'Aborted.'));
      if (behaviour.judgingFails) return err(failure('scorer-failed', 'Scripted crash.'));
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
      const judgement: Judgement = {
        answers: answers.map((text) => ({
          screening: text === '' ? ({ genuine: false, reason: 'empty' } as const) : ({ genuine: true } as const),
          readings: [{ name: 'forward' as const, value: worthOf(text) }],
        })),
        pairs: [],
        verdicts,
        evaluatedTokens: 10,
        stopped: 'complete',
      };
      return ok(behaviour.twist(judgement));
    },
  };
}

export function scriptedLedger(records: Map<RecordId, SignedRecord>, behaviour: Behaviour): Ledger {
  return {
    durable: false,
    async put(list) {
      if (behaviour.storingFails) throw new Error('Scripted loss of storage.');
      for (const record of list) records.set(record.id, record);
      return ok(undefined);
    },
    async get(id) {
      if (behaviour.storingFails) throw new Error('Scripted loss of storage.');
      return records.get(id);
    },
    all: async () => [...records.values()],
    flush: async () => ok(undefined),
    close: async () => undefined,
  };
}

function scriptedSignature(peer: PeerId, bytes: Uint8Array): Uint8Array {
  const half = sha256(new Uint8Array([...new TextEncoder().encode(peer), ...bytes]));
  return new Uint8Array([...half, ...half]);
}

export function scriptedSigner(peer: PeerId, behaviour?: Behaviour): Signer {
  return {
    peer,
    async sign(bytes) {
      if (behaviour?.signingFails === true) throw new Error('Scripted loss of the key.');
      return scriptedSignature(peer, bytes);
    },
  };
}

export const scriptedVerify: VerifySignature = async (peer, bytes, signature) => {
  const expected = scriptedSignature(peer, bytes);
  return expected.every((byte, index) => byte === signature[index]);
};
