/** The session of a peer in the tab that runs it: one store that follows the swarm, the model, the rounds and the ledger. */
import { createStore } from 'zustand/vanilla';
import { type Clock, type Failure, type Result, asRoundId, err, failure, messageOf, ok } from '#vocabulary';
import type { Engine, EngineKind, ModelManifest, ModelShelf, OfferedModel } from '#inference';
import { type Ledger, type Standing, foldStandings } from '#reputation';
import { MAX_QUESTION_LENGTH, type RoundArchive, type RoundNode, type RoundView } from '#round';
import { type Advert, SWARM_PROTOCOL_VERSION, type Swarm, cleanName } from '#swarm';
import type { Notice, QueuedQuestion, SelfView, Session, SessionSnapshot } from '../session.ts';
import { countContribution } from './contribution.ts';
import type { ModelJudging } from './judging-by-model.ts';
import { createModelsCourse } from './models-course.ts';
import type { DevicePort } from './models-device.ts';
import { type NetworkPorts, createSessionNetwork } from './network-session.ts';
import type { SettingsStore } from './settings.ts';
import type { SharingCourse } from './sharing-course.ts';

export interface PeerSessionPorts {
  readonly clock: Clock;
  readonly swarm: Swarm;
  readonly engine: Engine;
  readonly modelStore: ModelShelf;
  /** Models that anyone may have. */
  readonly offered: readonly OfferedModel[];
  readonly device: DevicePort;
  readonly ledger: Ledger;
  readonly archive: RoundArchive;
  readonly settings: SettingsStore;
  /** How good this peer judges; its measuring gives way to everything else. */
  readonly judging: ModelJudging;
  /** Whether this peer works for others just now. */
  readonly sharing: SharingCourse;
  readonly network: NetworkPorts;
  /** Tells of problems found later. */
  readonly onNotice: (listener: (problem: Failure) => void) => void;
  /** Made with a way to look up the standings this session keeps. */
  readonly createRounds: (standings: () => readonly Standing[]) => RoundNode;
}

export interface PeerSessionOptions {
  readonly persona: string | undefined;
  /** The model until the person chooses one. */
  readonly manifest: ModelManifest;
  /** The engine that the address asks for. */
  readonly engine: EngineKind | undefined;
  readonly threads: number;
  readonly contextTokens: number;
  /** Problems met while the ports were opened. */
  readonly notices: readonly Failure[];
  /** Questions that waited in the tab that ran this peer before. */
  readonly queue: readonly QueuedQuestion[];
  /** What stood behind the `#` of the link that opened the page. */
  readonly invitation?: string | undefined;
}

/** Queued questions at most: a person who types more is better served by waiting. */
const MAX_QUEUE = 20;
/** Changes of one peer's standing that the page gets, newest first. */
const MAX_CHANGES_SHOWN = 20;

export async function startPeerSession(ports: PeerSessionPorts, options: PeerSessionOptions): Promise<Session> {
  const { clock, swarm, engine, ledger, archive, settings, judging, sharing } = ports;
  const self: SelfView = {
    peer: swarm.self,
    name: settings.load().name || (options.persona ?? ''),
    persona: options.persona,
    role: 'leader',
  };
  sharing.setPolicy(settings.load().sharing);
  sharing.setContributing(settings.load().contributing);
  let standings: readonly Standing[] = [];
  let noticeCount = 0;
  const kept = await readArchive(archive);
  const past = new Map<string, RoundView>((kept.ok ? kept.value : []).map((view) => [view.id, view]));
  const rounds = ports.createRounds(() => standings);

  const models = createModelsCourse(
    {
      clock,
      engine,
      shelf: ports.modelStore,
      offered: ports.offered,
      device: ports.device,
      memory: {
        load: () => settings.load().models,
        save: (memory) => settings.save({ ...settings.load(), models: memory }),
      },
    },
    { ...options, onChange: () => showModels(), notify: (problem) => notify(problem) },
  );

  const isServing = (): boolean => rounds.served() !== undefined;
  const network = createSessionNetwork(
    {
      ...ports.network,
      clock,
      memory: {
        load: () => settings.load().network,
        save: (memory) => settings.save({ ...settings.load(), network: memory }),
      },
    },
    {
      swarm,
      isAsking: () => rounds.isAsking() || store.getState().queue.length > 0,
      leaveRoom() {
        // What was meant for these peers is not told to others.
        patch({ queue: [] });
        rounds.stop();
      },
      onChange: () => patch({ network: network.getView() }),
      notify: (problem) => notify(problem),
    },
  );

  const store = createStore<SessionSnapshot>(() => ({
    self,
    model: models.getModel(),
    models: models.getView(),
    judging: judging.getView(),
    contributing: settings.load().contributing,
    sharing: sharing.getView(),
    swarm: swarm.getState(),
    network: network.getView(),
    rounds: [...past.values()],
    serving: undefined,
    lastServed: undefined,
    queue: options.queue,
    standings: [],
    contribution: countContribution([], swarm.self, 0),
    storage: { durable: ledger.durable },
    notices: [],
  }));
  const patch = (change: Partial<SessionSnapshot>): void => store.setState(change);

  const notify = (problem: Failure): void => {
    const { notices } = store.getState();
    // The same problem again replaces its notice: a failing disk must not fill the page.
    const others = notices.filter((notice) => notice.failure.type !== problem.type);
    patch({ notices: [...others, { id: `notice-${noticeCount++}`, failure: problem } satisfies Notice] });
  };
  for (const problem of options.notices) notify(problem);
  if (!kept.ok) notify(kept.error);
  ports.onNotice(notify);

  let wasSettling = false;
  const showModels = (): void => {
    const model = models.getModel();
    patch({ model, models: models.getView() });
    if (model.status === 'ready') judging.setModel(model.facts.modelId);
    lend();
    const isSettling = models.isSettling();
    if (wasSettling && !isSettling) askNext();
    wasSettling = isSettling;
  };

  /** Measuring takes the engine only while nobody needs it, and the machine only where its person lends it. */
  const giveWay = (): void => {
    const { model, contributing, queue, sharing: view } = store.getState();
    const inRound = rounds.isAsking() || isServing() || queue.length > 0;
    const lent = contributing ? (view.serves ? undefined : 'resting') : 'not-contributing';
    const isReady = model.status === 'ready' && !models.isSettling();
    judging.setObstacle(isReady ? (inRound ? 'round' : lent) : 'model');
  };

  /** A round that runs is finished when sharing begins to rest; it is left when the person switches contributing off. */
  const lend = (): void => {
    const { contributing, sharing: view } = store.getState();
    const accepts = view.serves && !models.isSettling();
    rounds.setContributing(contributing && (accepts || isServing()));
    advertise();
    giveWay();
  };

  let advertised = '';
  const advertise = (): void => {
    const { contributing, model, sharing: view, self: me } = store.getState();
    const facts = model.status === 'ready' && !models.isSettling() ? engine.facts() : undefined;
    const speed = engine.speed();
    const advert: Advert = {
      protocolVersion: SWARM_PROTOCOL_VERSION,
      name: me.name,
      modelId: facts?.modelId ?? '',
      engine: facts?.engine ?? '',
      contributing: contributing && view.serves,
      prefillTokensPerSecond: Math.round((speed.prefillTokensPerSecond ?? 0) * 10) / 10,
      decodeTokensPerSecond: Math.round((speed.decodeTokensPerSecond ?? 0) * 10) / 10,
    };
    // A download moves ten times a second; every advert goes to every peer.
    const told = JSON.stringify(advert);
    if (told === advertised) return;
    advertised = told;
    swarm.setAdvert(advert);
  };

  const refreshStandings = async (): Promise<void> => {
    const records = await ledger.all().catch((cause: unknown) => notify(ledgerUnread(cause)));
    if (records === undefined) return;
    standings = foldStandings(records, { self: swarm.self, nowMs: clock.now() });
    patch({
      standings: standings.map((one) => ({ ...one, changes: one.changes.toReversed().slice(0, MAX_CHANGES_SHOWN) })),
      contribution: countContribution(records, swarm.self, settings.load().tokensForOthers),
    });
  };

  const keep = async (view: RoundView): Promise<void> => {
    past.set(view.id, view);
    const stored = await archive.put(view);
    if (!stored.ok) notify(stored.error);
  };

  const forgotten = new Set<string>();
  let keptPhase = '';
  const showRounds = (): void => {
    const asked = rounds.asked();
    // Kept at every phase, so that a reload finds what had arrived.
    if (asked !== undefined && !forgotten.has(asked.id) && keptPhase !== `${asked.id}/${asked.phase}`) {
      keptPhase = `${asked.id}/${asked.phase}`;
      void keep(asked);
    }
    const others = [...past.values()].filter((view) => view.id !== asked?.id);
    patch({
      rounds: asked === undefined || forgotten.has(asked.id) ? others : [...others, asked],
      serving: rounds.served(),
    });
    models.setBusy(rounds.isAsking() || isServing());
    sharing.setRounds({ isAsking: rounds.isAsking(), isServing: isServing() });
    lend();
  };

  const askNext = (): void => {
    const [next, ...rest] = store.getState().queue;
    if (next === undefined || rounds.isAsking()) return;
    // A model that is being put in the place of another is waited for; trying engines is left.
    models.giveWay();
    if (models.isSettling()) return;
    patch({ queue: rest });
    rounds.ask(next.question);
  };

  const unsubscribes = [
    swarm.subscribe(() => patch({ swarm: swarm.getState(), network: network.getView() })),
    rounds.subscribe(showRounds),
    judging.subscribe(() => {
      patch({ judging: judging.getView() });
      // Measuring may be the first to find that the engine has died.
      models.setBusy(rounds.isAsking() || isServing());
    }),
    sharing.subscribe(() => {
      patch({ sharing: sharing.getView() });
      lend();
    }),
    rounds.onRoundEnd((view) => {
      if (view.role === 'asker' && !forgotten.has(view.id)) void keep(view);
      if (view.role === 'participant') {
        countTokens(view);
        if (view.answers.length > 0) patch({ lastServed: view });
      }
      void ledger.flush().then((flushed) => {
        if (!flushed.ok) notify(flushed.error);
        return refreshStandings();
      });
      models.noteSpeed();
      advertise();
      askNext();
    }),
  ];

  const countTokens = (view: RoundView): void => {
    const tokens = view.answers.find((answer) => answer.peer === swarm.self)?.tokens ?? 0;
    const held = settings.load();
    settings.save({ ...held, tokensForOthers: held.tokensForOthers + tokens });
  };

  lend();
  if (options.invitation !== undefined) network.commands.openInvitation(options.invitation);
  network.start();
  models.start();
  void judging.start(notify);
  void refreshStandings();

  return {
    getSnapshot: () => store.getState(),
    subscribe: (listener) => store.subscribe(listener),
    expectQuestion: () => rounds.expectQuestion(),
    ask(text) {
      const question = text.trim();
      const { queue } = store.getState();
      if (question === '') return;
      if (question.length > MAX_QUESTION_LENGTH) {
        return notify(
          failure(
            'question-too-long',
            `A question has at most ${MAX_QUESTION_LENGTH} characters; this one has ${question.length}.`,
            'Shorten it and ask again.',
          ),
        );
      }
      if (queue.length >= MAX_QUEUE)
        return notify(
          failure('queue-full', 'Twenty questions are waiting already.', 'Wait for one to finish, or take one out.'),
        );
      patch({ queue: [...queue, { id: `${clock.now()}-${queue.length}`, question }] });
      askNext();
    },
    stop: () => rounds.stop(),
    unqueue: (id) => patch({ queue: store.getState().queue.filter((one) => one.id !== id) }),
    setContributing(contributing) {
      settings.save({ ...settings.load(), contributing });
      patch({ contributing });
      sharing.setContributing(contributing);
      lend();
    },
    setSharing(policy) {
      sharing.setPolicy(policy);
      settings.save({ ...settings.load(), sharing: sharing.getView().policy });
    },
    rename(name) {
      const clean = cleanName(name);
      settings.save({ ...settings.load(), name: clean });
      patch({ self: { ...store.getState().self, name: clean } });
      advertise();
    },
    retryModel: () => models.retryModel(),
    adoptModelFile: (file) => models.adoptModelFile(file),
    chooseModel: (id, kind) => models.chooseModel(id, kind),
    pinModel: (id, isPinned) => models.pinModel(id, isPinned),
    removeModel: (id) => models.removeModel(id),
    checkModel: (id) => models.checkModel(id),
    repairModel: (id) => models.repairModel(id),
    importModelFiles: (files) => models.importModelFiles(files),
    importModelUrls: (urls) => models.importModelUrls(urls),
    freeRoom: () => models.freeRoom(),
    measureEngines: () => models.measureEngines(),
    surveyModels: () => models.surveyModels(),
    endModelTask: () => models.endModelTask(),
    ...network.commands,
    measureJudging: () => judging.measure(),
    stopMeasuring: () => judging.stop(),
    restoreShippedJudging: () => judging.useShipped(),
    forgetRound(id) {
      forgotten.add(id);
      past.delete(id);
      if (rounds.asked()?.id === id) rounds.stop();
      archive.remove(asRoundId(id)).catch((cause: unknown) => notify(notForgotten(cause)));
      showRounds();
    },
    dismissNotice: (id) => patch({ notices: store.getState().notices.filter((notice) => notice.id !== id) }),
    async close() {
      rounds.close();
      judging.close();
      sharing.close();
      network.close();
      for (const unsubscribe of unsubscribes) unsubscribe();
      await swarm.stop();
      await ledger.flush();
      await models.close();
      await ledger.close();
    },
  };
}

/** A conversation that cannot be read must not keep the peer from starting. */
async function readArchive(archive: RoundArchive): Promise<Result<readonly RoundView[], Failure>> {
  try {
    return ok(await archive.all());
  } catch (cause) {
    const remedy = 'Reload the page. If it stays, clear the data of this site.';
    return err(failure('archive-unread', `Earlier questions cannot be read: ${messageOf(cause)}`, remedy));
  }
}

function ledgerUnread(cause: unknown): Failure {
  return failure('ledger-unread', `Standings cannot be brought up to date: ${messageOf(cause)}`, 'Reload the page.');
}

function notForgotten(cause: unknown): Failure {
  const remedy = 'It comes back with the next reload; remove it again then.';
  return failure('not-forgotten', `The question could not be removed from storage: ${messageOf(cause)}`, remedy);
}
