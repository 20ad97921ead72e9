/** The peer itself, run by the tab that leads: identity, swarm, engine, ledger and rounds joined to one session. */
import { type Failure, failure, systemClock, systemRandom } from '#vocabulary';
import {
  benchmarkDevice,
  chatEngines,
  createAnyEngine,
  defaultModel,
  findMlcManifest,
  offerModels,
  openModelStore,
  readDeviceFacts,
} from '#inference';
import { createJudge, loadGold } from '#judging';
import { judgeStandingOf, openLedger } from '#reputation';
import { createRoundNode, openCalibrationStore, openRoundArchive } from '#round';
import {
  createContentExchange,
  createLibp2pSwarm,
  createRpc,
  hashBytes,
  loadIdentity,
  relayMultiaddr,
  relayOfPage,
  verifySignature,
} from '#swarm';
import {
  type JudgingCoursePorts,
  type LeaderStart,
  type PageAddress,
  type Session,
  createCountedEngine,
  createCurrentJudge,
  createJudgingCourse,
  createLocalSettings,
  createModelJudging,
  createSharingCourse,
  fetchBootstrap,
  findRelay,
  openWakeLock,
  readSurroundings,
  startPeerSession,
  watchSurroundings,
} from '#tab';

/** Prompt, answer and judge prompts of a round fit well; more would only cost memory (KV cache). */
const CONTEXT_TOKENS = 2_048;

const identityNotKept = failure(
  'identity-not-kept',
  'The browser does not keep the key of this peer: after a reload it is another peer.',
  'Leave private browsing or allow this site to store data, then reload.',
);

/** Problems found after the start go where the session shows them. */
let notify: (problem: Failure) => void = () => undefined;

export async function startLeader(
  { persona, threads, engine: wantedEngine }: PageAddress,
  start: LeaderStart,
): Promise<Session> {
  /** Storage of one peer is kept apart from that of every other of this origin. */
  const databaseName = (what: string): string => `peerage/${persona ?? ''}/${what}`;
  const [identity, opened, archive, calibrations, store, bootstrap] = await Promise.all([
    loadIdentity(databaseName('identity')),
    openLedger({ databaseName: databaseName('ledger'), clock: systemClock, onNotice: (problem) => notify(problem) }),
    openRoundArchive(databaseName('rounds')),
    openCalibrationStore(databaseName('calibrations')),
    openModelStore(),
    fetchBootstrap(systemClock, start.onDelay),
  ]);
  const sharing = createSharingCourse({
    clock: systemClock,
    surroundings: watchSurroundings(),
    wakeLock: openWakeLock(),
  });
  const engine = createCountedEngine(createAnyEngine(), sharing.beginWork);
  const settings = createLocalSettings(persona ?? '');
  const judgingPorts = {
    clock: systemClock,
    random: systemRandom,
    engine,
    store: calibrations,
    judgeOver: (scorer, calibration) => createJudge({ scorer, calibration }),
    loadGold,
  } satisfies JudgingCoursePorts;
  const judging = createModelJudging(
    (modelId) => createJudgingCourse(judgingPorts, modelId),
    settings.load().models.chosen?.modelId ?? defaultModel.id,
  );
  const homeRelay = relayOfPage(location, bootstrap.relay);
  const swarm = await createLibp2pSwarm({
    privateKey: identity.privateKey,
    relays: [homeRelay],
    surroundings: () => readSurroundings(settings.load().network, bootstrap.others),
  });
  // Before the swarm starts: what comes earlier would be lost.
  const rpc = createRpc({ swarm, clock: systemClock });
  const exchange = createContentExchange({
    swarm,
    rpc,
    clock: systemClock,
    random: systemRandom,
    hash: hashBytes,
    local: store.content,
    limits: settings.load().network.uploads,
  });
  store.addSource(exchange.asFileSource());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void opened.ledger.flush();
  });
  return startPeerSession(
    {
      clock: systemClock,
      swarm,
      engine,
      modelStore: store,
      offered: offerModels(findMlcManifest),
      device: { facts: readDeviceFacts, benchmark: benchmarkDevice, engines: chatEngines },
      ledger: opened.ledger,
      archive,
      settings,
      judging,
      sharing,
      network: {
        random: systemRandom,
        findRelay,
        homeRelay: relayMultiaddr(homeRelay),
        setRelays: (addresses) => swarm.setRelays([...addresses, ...bootstrap.others]),
        paths: () => swarm.paths(),
        content: {
          ...exchange,
          close() {
            exchange.close();
            rpc.close();
          },
        },
      },
      onNotice: (listener) => {
        notify = listener;
      },
      createRounds: (standings) =>
        createRoundNode({
          clock: systemClock,
          random: systemRandom,
          signer: identity.signer,
          verifySignature,
          swarm,
          engine,
          judge: createCurrentJudge({
            scorer: engine,
            stateReader: () => ((engine.facts()?.stateLayers ?? 0) > 0 ? engine : undefined),
            calibration: () => judging.calibration(),
            tokensPerSecond: () => engine.speed().prefillTokensPerSecond,
          }),
          calibration: () => judging.calibration().version,
          ledger: opened.ledger,
          standingOf: (peer) => judgeStandingOf(standings(), peer),
        }),
    },
    {
      persona,
      manifest: defaultModel,
      engine: wantedEngine,
      threads,
      contextTokens: CONTEXT_TOKENS,
      notices: [
        ...(identity.isKept ? [] : [identityNotKept]),
        ...(opened.notice === undefined ? [] : [opened.notice]),
        ...(store.notice === undefined ? [] : [failure('models-not-kept', store.notice)]),
      ],
      queue: start.queue,
      invitation: start.invitation,
    },
  );
}
