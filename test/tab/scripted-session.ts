/** A session over fakes that tests steer: swarm, engine, model store and rounds. For tests only. */
import { vi } from 'vitest';
import { type Engine, type EngineFacts, type ModelStore, defaultModel, packGguf } from '#inference';
import { createJudge, createMemoryCalibrationStore, loadGold } from '#judging';
import { createMemoryLedger } from '#reputation';
import { type RoundView, createMemoryArchive } from '#round';
import type { SwarmState } from '#swarm';
import { asModelId, asPeerId, asRoundId, createSeededRandom, createVirtualClock, ok } from '#vocabulary';
import { createJudgingCourse } from '../../src/tab/session/judging-course.ts';
import { INITIAL_SETTINGS } from '../../src/tab/session/settings.ts';
import { type PeerSessionPorts, startPeerSession } from '../../src/tab/session/peer-session.ts';
import { settledRound } from './fixtures/rounds.ts';
import { openSharingStage } from './sharing-stage.ts';

const FACTS: EngineFacts = {
  kind: 'wllama',
  engine: 'scripted',
  device: 'cpu',
  modelId: asModelId('scripted'),
  threads: 1,
  contextTokens: 2_048,
  vocabularySize: 100,
  canEmbed: false,
  stateLayers: 0,
  memoryBytes: 0,
  loadMs: 0,
};

export function createFakes() {
  const clock = createVirtualClock();
  const state: SwarmState = { join: { step: 'offline' }, relayAddress: undefined, peers: [] };
  let facts: EngineFacts | undefined;
  let roundsChanged = (): void => undefined;
  let ended: (view: RoundView) => void = () => undefined;
  let asked: RoundView | undefined;
  let served: RoundView | undefined;
  let isAsking = false;
  let count = 0;
  const swarm = {
    self: asPeerId('anna'),
    start: async (): Promise<void> => undefined,
    stop: async () => undefined,
    getState: () => state,
    subscribe: () => () => undefined,
    setAdvert: vi.fn<(advert: object) => void>(),
    send: async () => ok(undefined),
    handle: () => () => undefined,
    onGone: () => () => undefined,
  };
  const engine = {
    load: async () => ok((facts = FACTS)),
    facts: () => facts,
    speed: () => ({ prefillTokensPerSecond: undefined, decodeTokensPerSecond: undefined }),
  } as Partial<Engine> as Engine;
  const modelStore: ModelStore = {
    find: async () => undefined,
    obtain: async (_, { onProgress }) => {
      for (let receivedBytes = 0; receivedBytes < 50; receivedBytes++)
        onProgress({ receivedBytes, totalBytes: 50, phase: 'downloading' });
      return ok(packGguf(new Blob()));
    },
    adopt: async () => ok(packGguf(new Blob())),
    remove: async () => undefined,
  };
  const setContributing = vi.fn<(contributing: boolean) => void>();
  const sharing = openSharingStage(clock);
  let settings = INITIAL_SETTINGS;
  const ports: PeerSessionPorts = {
    clock,
    swarm,
    engine,
    modelStore,
    ledger: createMemoryLedger(),
    archive: createMemoryArchive(),
    settings: { load: () => settings, save: (next) => void (settings = next) },
    judging: createJudgingCourse(
      {
        clock,
        random: createSeededRandom('judging'),
        engine,
        store: createMemoryCalibrationStore(),
        judgeOver: (scorer, calibration) => createJudge({ scorer, calibration }),
        loadGold,
      },
      defaultModel.id,
    ),
    sharing: sharing.course,
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
    sharing,
    serve,
    setContributing,
    loseEngine,
    endRound,
    enterPhase,
    endServed: (view: RoundView) => ended(view),
  };
}

const options = {
  persona: undefined,
  manifest: defaultModel,
  engine: 'wllama' as const,
  threads: 1,
  contextTokens: 2_048,
  notices: [],
  queue: [],
};

export async function start(fakes: ReturnType<typeof createFakes>, changes: Partial<PeerSessionPorts> = {}) {
  const session = await startPeerSession({ ...fakes.ports, ...changes }, options);
  await fakes.clock.advance(1);
  return session;
}
