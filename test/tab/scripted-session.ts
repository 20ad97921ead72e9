/** A session over fakes that tests steer: swarm, engine, model store and rounds. For tests only. */
import { vi } from 'vitest';
import {
  type Engine,
  type EngineFacts,
  type EngineSpeed,
  type GenerateEvent,
  type LoadRequest,
  defaultModel,
} from '#inference';
import { createJudge, createMemoryCalibrationStore, loadGold } from '#judging';
import { createMemoryLedger } from '#reputation';
import { type RoundView, createMemoryArchive } from '#round';
import type { SwarmState } from '#swarm';
import { asPeerId, asRoundId, createSeededRandom, createVirtualClock, ok, sleep } from '#vocabulary';
import { createModelJudging } from '../../src/tab/session/judging-by-model.ts';
import { type JudgingCoursePorts, createJudgingCourse } from '../../src/tab/session/judging-course.ts';
import { NO_SWARM } from '../../src/tab/session/network-defaults.ts';
import { INITIAL_SETTINGS } from '../../src/tab/session/settings.ts';
import {
  type PeerSessionOptions,
  type PeerSessionPorts,
  startPeerSession,
} from '../../src/tab/session/peer-session.ts';
import { settledRound } from './fixtures/rounds.ts';
import { benchmarks, devices } from '../inference/device/devices.ts';
import { createScriptedNetwork } from './scripted-network.ts';
import { createScriptedShelf } from './scripted-shelf.ts';
import { openSharingStage } from './sharing-stage.ts';

/** What the scripted engine says of itself once it has loaded. */
function factsOf({ engine, modelId, threads, contextTokens }: LoadRequest): EngineFacts {
  return {
    kind: engine,
    engine: 'scripted',
    device: 'cpu',
    modelId,
    threads,
    contextTokens,
    vocabularySize: 100,
    canEmbed: false,
    stateLayers: 0,
    memoryBytes: 0,
    loadMs: 0,
  };
}

export type Fakes = ReturnType<typeof createFakes>;

export function createFakes() {
  const clock = createVirtualClock();
  const state: SwarmState = NO_SWARM;
  let facts: EngineFacts | undefined;
  let roundsChanged = (): void => undefined;
  let ended: (view: RoundView) => void = () => undefined;
  let asked: RoundView | undefined;
  let served: RoundView | undefined;
  let isAsking = false;
  let count = 0;
  const swarm = {
    self: asPeerId('anna'),
    start: vi.fn<() => Promise<void>>(async () => undefined),
    stop: vi.fn<() => Promise<void>>(async () => undefined),
    getState: () => state,
    subscribe: () => () => undefined,
    setAdvert: vi.fn<(advert: object) => void>(),
    send: async () => ok(undefined),
    handle: () => () => undefined,
    connect: () => Promise.resolve(ok(undefined)),
    broadcast: () => ok(undefined),
    onBroadcast: () => () => undefined,
    onGone: () => () => undefined,
  };
  const speed: { now: EngineSpeed } = {
    now: { prefillTokensPerSecond: undefined, decodeTokensPerSecond: undefined },
  };
  const engine = {
    async load(request) {
      facts = undefined;
      return ok((facts = factsOf(request)));
    },
    facts: () => facts,
    speed: () => speed.now,
    async *generate({ maxTokens, signal }): AsyncGenerator<GenerateEvent> {
      for (let tokens = 1; tokens <= maxTokens; tokens++) {
        await sleep(clock, facts?.kind === 'ort' ? 50 : 100, signal);
        if (signal?.aborted === true) return yield { type: 'end', reason: 'aborted', promptTokens: 100, tokens };
        yield { type: 'text', text: 'a', tokens };
      }
      yield { type: 'end', reason: 'length', promptTokens: 100, tokens: maxTokens };
    },
    unload: async () => void (facts = undefined),
  } as Partial<Engine> as Engine;
  const shelf = createScriptedShelf();
  const setContributing = vi.fn<(contributing: boolean) => void>();
  const sharing = openSharingStage(clock);
  const network = createScriptedNetwork();
  let settings = INITIAL_SETTINGS;
  const judgingPorts: JudgingCoursePorts = {
    clock,
    random: createSeededRandom('judging'),
    engine,
    store: createMemoryCalibrationStore(),
    judgeOver: (scorer, calibration) => createJudge({ scorer, calibration }),
    loadGold,
  };
  const ports: PeerSessionPorts = {
    clock,
    swarm,
    engine,
    modelStore: shelf,
    offered: [{ manifest: defaultModel }],
    device: {
      facts: async () => devices.withoutWebgpu,
      benchmark: async () => benchmarks.software,
      engines: ['wllama', 'ort'],
    },
    ledger: createMemoryLedger(),
    archive: createMemoryArchive(),
    settings: { load: () => settings, save: (next) => void (settings = next) },
    judging: createModelJudging((modelId) => createJudgingCourse(judgingPorts, modelId), defaultModel.id),
    sharing: sharing.course,
    network: network.ports,
    onNotice: () => undefined,
    createRounds: () => ({
      ask(question) {
        if (isAsking) return undefined;
        isAsking = true;
        count += 1;
        const id = asRoundId(String(count).padStart(32, '0'));
        asked = { ...settledRound(3, 0), id, question, askedAtMs: count, phase: 'answering', verdict: undefined };
        roundsChanged();
        return id;
      },
      expectQuestion: () => undefined,
      stop: () => endRound('stopped'),
      setContributing,
      isAsking: () => isAsking,
      asked: () => asked,
      served: () => served,
      subscribe(listener) {
        roundsChanged = listener;
        return () => undefined;
      },
      onRoundEnd(listener) {
        ended = listener;
        return () => undefined;
      },
      close: () => undefined,
    }),
  };
  const loseEngine = (): void => {
    facts = undefined;
    roundsChanged();
  };
  /** The running question comes to its end, or goes on in another phase. */
  const endRound = (phase: RoundView['phase']): void => {
    if (asked === undefined) return;
    asked = { ...asked, phase };
    isAsking = false;
    roundsChanged();
    ended(asked);
  };
  const enterPhase = (phase: RoundView['phase']): void => {
    if (asked !== undefined) asked = { ...asked, phase };
    roundsChanged();
  };
  /** Somebody else's round begins here or ends. */
  const serve = (view: RoundView | undefined): void => {
    served = view;
    roundsChanged();
  };
  return {
    ports,
    swarm,
    clock,
    shelf,
    speed,
    sharing,
    network,
    serve,
    setContributing,
    loseEngine,
    endRound,
    enterPhase,
    endServed: (view: RoundView) => ended(view),
  };
}

const options: PeerSessionOptions = {
  persona: undefined,
  manifest: defaultModel,
  engine: undefined,
  threads: 1,
  contextTokens: 2_048,
  notices: [],
  queue: [],
};

export async function start(
  fakes: Pick<Fakes, 'ports' | 'clock'>,
  changes: Partial<PeerSessionPorts> = {},
  wanted: Partial<PeerSessionOptions> = {},
) {
  const session = await startPeerSession({ ...fakes.ports, ...changes }, { ...options, ...wanted });
  await fakes.clock.advance(1);
  return session;
}
