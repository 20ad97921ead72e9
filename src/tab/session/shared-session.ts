/**
 * One peer, several tabs: the tab that leads runs the session, the others are windows onto it. When the leader closes,
 * one of the others takes over with the same identity, the questions still queued and the commands not yet taken.
 */
import { createStore } from 'zustand/vanilla';
import {
  type Clock,
  type Failure,
  type ModelId,
  type PeerId,
  type Random,
  asModelId,
  asPeerId,
  bytesToHex,
  failure,
  messageOf,
} from '#vocabulary';
import type { RoundView } from '#round';
import type { QueuedQuestion, Session, SessionSnapshot } from '../session.ts';
import { NO_SWARM, UNKNOWN_NETWORK } from './network-defaults.ts';
import { UNKNOWN_SHARING } from './sharing-defaults.ts';
import type { Leadership, SessionCommand, TabChannel, TabMessage } from './tab-channel.ts';

export interface LeaderStart {
  /** Questions that waited in the tab that led before. */
  readonly queue: readonly QueuedQuestion[];
  /** What stood behind the `#` of the link that opened this tab, so that no other room is entered first. */
  readonly invitation: string | undefined;
  /** Says what keeps the start waiting; undefined when it goes on. */
  readonly onDelay: (problem: Failure | undefined) => void;
}

export interface SharedSessionPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly channel: TabChannel;
  readonly leadership: Leadership;
  readonly startLeader: (start: LeaderStart) => Promise<Session>;
}

/** The leader tells its state at most this often: a streaming answer changes it with every token. */
const PUBLISH_INTERVAL_MS = 100;

export function openSharedSession(
  ports: SharedSessionPorts,
  options: { readonly persona: string | undefined; readonly modelName: string },
): Session {
  const { channel, clock } = ports;
  const store = createStore<SessionSnapshot>(() => emptySnapshot(options.persona, options.modelName));
  const untaken = new Map<string, SessionCommand>();
  const performed = new Set<string>();
  let leader: Session | undefined;
  let release: (() => void) | undefined;
  let closed = false;
  let stopPublishing = (): void => undefined;

  // A long history is megabytes; while an answer streams only the last round differs from what the others have.
  let toldRounds: readonly RoundView[] = [];
  const publish = (): void => {
    if (leader === undefined) return;
    const snapshot = leader.getSnapshot();
    const knownRounds = commonPrefixLength(toldRounds, snapshot.rounds);
    toldRounds = snapshot.rounds;
    channel.post({
      type: 'snapshot',
      knownRounds,
      snapshot: { ...snapshot, rounds: snapshot.rounds.slice(knownRounds) },
    });
  };

  const stopListening = channel.onMessage((message) => {
    switch (message.type) {
      case 'hello':
        toldRounds = [];
        return publish();
      case 'snapshot':
        if (leader !== undefined) return;
        store.setState(asFollower(message, store.getState().rounds), true);
        // A leader that was still starting has heard nothing of what was said before.
        for (const [id, wanted] of untaken) channel.post({ type: 'command', id, command: wanted });
        return;
      case 'command':
        if (leader === undefined) return;
        channel.post({ type: 'taken', id: message.id });
        // Said again because the answer crossed it.
        if (performed.has(message.id)) return;
        performed.add(message.id);
        return perform(leader, message.command);
      case 'taken':
        untaken.delete(message.id);
    }
  });

  const lead = async (): Promise<void> => {
    try {
      release = await ports.leadership.acquire();
      if (closed) return release();
      leader = await ports.startLeader({
        queue: store.getState().queue,
        invitation: takeInvitation(untaken),
        onDelay: showProblem,
      });
    } catch (cause) {
      release?.();
      return showStartFailure(cause);
    }
    stopPublishing = publishChanges(leader, clock, publish, (snapshot) => store.setState(snapshot, true));
    for (const command of untaken.values()) perform(leader, command);
    untaken.clear();
    publish();
  };

  const showStartFailure = (cause: unknown): void => {
    const message = `This peer could not be started: ${messageOf(cause)}`;
    showProblem(failure('start-failed', message, 'Reload the page. If it stays, clear the data of this site.'));
  };
  const showProblem = (problem: Failure | undefined): void =>
    store.setState({ notices: problem === undefined ? [] : [{ id: problem.type, failure: problem }] });

  const command = (wanted: SessionCommand): void => {
    if (leader !== undefined) return perform(leader, wanted);
    const id = bytesToHex(ports.random.bytes(8));
    untaken.set(id, wanted);
    channel.post({ type: 'command', id, command: wanted });
  };

  channel.post({ type: 'hello' });
  void lead();

  return {
    getSnapshot: () => store.getState(),
    subscribe: (listener) => store.subscribe(listener),
    ask: (question) => command({ name: 'ask', question }),
    expectQuestion: () => command({ name: 'expectQuestion' }),
    stop: () => command({ name: 'stop' }),
    unqueue: (id) => command({ name: 'unqueue', id }),
    setContributing: (contributing) => command({ name: 'setContributing', contributing }),
    setSharing: (policy) => command({ name: 'setSharing', policy }),
    rename: (to) => command({ name: 'rename', to }),
    retryModel: () => command({ name: 'retryModel' }),
    adoptModelFile: (file) => command({ name: 'adoptModelFile', file }),
    chooseModel: (id, engine) => command({ name: 'chooseModel', id, engine }),
    pinModel: (id, isPinned) => command({ name: 'pinModel', id, isPinned }),
    removeModel: (id) => command({ name: 'removeModel', id }),
    checkModel: (id) => command({ name: 'checkModel', id }),
    repairModel: (id) => command({ name: 'repairModel', id }),
    importModelFiles: (files) => command({ name: 'importModelFiles', files }),
    importModelUrls: (urls) => command({ name: 'importModelUrls', urls }),
    freeRoom: () => command({ name: 'freeRoom' }),
    measureEngines: () => command({ name: 'measureEngines' }),
    surveyModels: () => command({ name: 'surveyModels' }),
    endModelTask: () => command({ name: 'endModelTask' }),
    measureJudging: () => command({ name: 'measureJudging' }),
    stopMeasuring: () => command({ name: 'stopMeasuring' }),
    restoreShippedJudging: () => command({ name: 'restoreShippedJudging' }),
    createRoom: (roomName) => command({ name: 'createRoom', roomName }),
    enterRoom: (id) => command({ name: 'enterRoom', id }),
    forgetRoom: (id) => command({ name: 'forgetRoom', id }),
    openInvitation: (text) => command({ name: 'openInvitation', text }),
    answerInvitation: (isAccepted) => command({ name: 'answerInvitation', isAccepted }),
    addRelay: (address) => command({ name: 'addRelay', address }),
    removeRelay: (address) => command({ name: 'removeRelay', address }),
    setIceServers: (servers) => command({ name: 'setIceServers', servers }),
    setUploads: (limits) => command({ name: 'setUploads', limits }),
    forgetRound: (id) => command({ name: 'forgetRound', id }),
    dismissNotice: (id) => command({ name: 'dismissNotice', id }),
    async close() {
      closed = true;
      stopListening();
      stopPublishing();
      await leader?.close();
      release?.();
      channel.close();
    },
  };
}

/** Follows the leader's session here at once and tells the other tabs at a bounded rate; the last change is never lost. */
function publishChanges(
  leader: Session,
  clock: Clock,
  publish: () => void,
  show: (snapshot: SessionSnapshot) => void,
): () => void {
  let cancel: (() => void) | undefined;
  const onChange = (): void => {
    show(leader.getSnapshot());
    cancel ??= clock.after(PUBLISH_INTERVAL_MS, () => {
      cancel = undefined;
      publish();
    });
  };
  const unsubscribe = leader.subscribe(onChange);
  show(leader.getSnapshot());
  return () => {
    unsubscribe();
    cancel?.();
  };
}

function perform(session: Session, command: SessionCommand): void {
  switch (command.name) {
    case 'ask':
      return session.ask(command.question);
    case 'expectQuestion':
      return session.expectQuestion();
    case 'stop':
      return session.stop();
    case 'unqueue':
      return session.unqueue(command.id);
    case 'setContributing':
      return session.setContributing(command.contributing);
    case 'setSharing':
      return session.setSharing(command.policy);
    case 'rename':
      return session.rename(command.to);
    case 'retryModel':
      return session.retryModel();
    case 'adoptModelFile':
      return session.adoptModelFile(command.file);
    case 'chooseModel':
      return session.chooseModel(command.id, command.engine);
    case 'pinModel':
      return session.pinModel(command.id, command.isPinned);
    case 'removeModel':
    case 'checkModel':
    case 'repairModel':
      return session[command.name](command.id);
    case 'importModelFiles':
      return session.importModelFiles(command.files);
    case 'importModelUrls':
      return session.importModelUrls(command.urls);
    case 'freeRoom':
    case 'measureEngines':
    case 'surveyModels':
    case 'endModelTask':
      return session[command.name]();
    case 'measureJudging':
      return session.measureJudging();
    case 'stopMeasuring':
      return session.stopMeasuring();
    case 'restoreShippedJudging':
      return session.restoreShippedJudging();
    case 'createRoom':
      return session.createRoom(command.roomName);
    case 'enterRoom':
      return session.enterRoom(command.id);
    case 'forgetRoom':
      return session.forgetRoom(command.id);
    case 'openInvitation':
      return session.openInvitation(command.text);
    case 'answerInvitation':
      return session.answerInvitation(command.isAccepted);
    case 'addRelay':
    case 'removeRelay':
      return session[command.name](command.address);
    case 'setIceServers':
      return session.setIceServers(command.servers);
    case 'setUploads':
      return session.setUploads(command.limits);
    case 'forgetRound':
      return session.forgetRound(command.id);
    case 'dismissNotice':
      return session.dismissNotice(command.id);
  }
}

/** The last invitation among the commands that nobody has taken; it is taken out. */
function takeInvitation(untaken: Map<string, SessionCommand>): string | undefined {
  let text: string | undefined;
  for (const [id, command] of untaken) {
    if (command.name !== 'openInvitation') continue;
    text = command.text;
    untaken.delete(id);
  }
  return text;
}

function asFollower(
  { snapshot, knownRounds }: Extract<TabMessage, { type: 'snapshot' }>,
  heldRounds: readonly RoundView[],
): SessionSnapshot {
  const rounds = [...heldRounds.slice(0, knownRounds), ...snapshot.rounds];
  return { ...snapshot, rounds, self: { ...snapshot.self, role: 'follower' } };
}

/** How many rounds at the beginning are the very same objects. */
function commonPrefixLength(before: readonly RoundView[], now: readonly RoundView[]): number {
  const firstOther = now.findIndex((round, index) => round !== before[index]);
  return firstOther === -1 ? now.length : firstOther;
}

/** Before a leader has spoken nothing is known, not even who this peer is. */
const UNKNOWN_PEER: PeerId = asPeerId('');
const UNKNOWN_MODEL: ModelId = asModelId('');

function unknownModels(name: string): SessionSnapshot['models'] {
  const chosen = { modelId: UNKNOWN_MODEL, name, engine: undefined, byPerson: false };
  const nothing = { coming: undefined, usage: undefined, device: undefined, task: undefined, room: undefined };
  return { options: [], chosen, ...nothing };
}

function emptySnapshot(persona: string | undefined, modelName: string): SessionSnapshot {
  return {
    self: { peer: UNKNOWN_PEER, name: '', persona, role: 'starting' },
    model: { status: 'checking', name: modelName },
    models: unknownModels(modelName),
    judging: {
      status: 'waiting',
      obstacle: 'model',
      done: 0,
      total: 0,
      hasWeight: false,
      why: '',
      version: '',
      canUseShipped: false,
    },
    contributing: true,
    sharing: UNKNOWN_SHARING,
    swarm: NO_SWARM,
    network: UNKNOWN_NETWORK,
    rounds: [],
    serving: undefined,
    lastServed: undefined,
    queue: [],
    standings: [],
    contribution: { roundsAnswered: 0, roundsWon: 0, ballotsCast: 0, tokensGenerated: 0 },
    storage: { durable: true },
    notices: [],
  };
}
