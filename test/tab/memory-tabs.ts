/** Tabs of one browser in one process: a channel that reaches all but the sender, and one leadership. For tests only. */
import type { Session, SessionSnapshot } from '#tab';
import { noModels } from './fixtures/models.ts';
import { asPeerId } from '#vocabulary';
import type { Leadership, TabChannel, TabMessage } from '../../src/tab/session/tab-channel.ts';
import { NO_SWARM, UNKNOWN_NETWORK } from '../../src/tab/session/network-defaults.ts';
import { UNKNOWN_SHARING } from '../../src/tab/session/sharing-defaults.ts';

export interface MemoryBrowser {
  openChannel(): TabChannel;
  readonly leadership: Leadership;
  /** What went over the channel, in order. */
  readonly posted: readonly TabMessage[];
}

export function createMemoryBrowser(): MemoryBrowser {
  const listeners = new Map<TabChannel, Set<(message: TabMessage) => void>>();
  const posted: TabMessage[] = [];
  const waiting: ((release: () => void) => void)[] = [];
  let held = false;
  const grant = (): void => {
    const next = waiting.shift();
    held = next !== undefined;
    next?.(grant);
  };
  return {
    posted,
    openChannel() {
      const own = new Set<(message: TabMessage) => void>();
      const channel: TabChannel = {
        post(message) {
          posted.push(message);
          for (const [other, heard] of listeners) {
            if (other !== channel)
              for (const listener of heard) queueMicrotask(() => listener(structuredClone(message)));
          }
        },
        onMessage(listener) {
          own.add(listener);
          return () => own.delete(listener);
        },
        close: () => listeners.delete(channel),
      };
      listeners.set(channel, own);
      return channel;
    },
    leadership: {
      acquire: () =>
        new Promise((resolve) => {
          waiting.push(resolve);
          if (!held) grant();
        }),
    },
  };
}

/** A session that notes what it was told to do and shows the questions it was asked. */
export interface NotedSession extends Session {
  readonly done: readonly string[];
  change(change: Partial<SessionSnapshot>): void;
}

export function createNotedSession(queue: SessionSnapshot['queue'] = []): NotedSession {
  const done: string[] = [];
  const listeners = new Set<() => void>();
  let snapshot: SessionSnapshot = {
    self: { peer: asPeerId('leader'), name: '', persona: undefined, role: 'leader' },
    model: { status: 'checking', name: 'model' },
    models: noModels,
    judging: {
      status: 'shipped',
      done: 0,
      total: 0,
      hasWeight: true,
      why: '',
      version: 'm/1',
      canUseShipped: false,
    },
    contributing: true,
    sharing: UNKNOWN_SHARING,
    swarm: { ...NO_SWARM, join: { step: 'joined' } },
    network: UNKNOWN_NETWORK,
    rounds: [],
    serving: undefined,
    lastServed: undefined,
    queue,
    standings: [],
    contribution: { roundsAnswered: 0, roundsWon: 0, ballotsCast: 0, tokensGenerated: 0 },
    storage: { durable: true },
    notices: [],
  };
  const change = (next: Partial<SessionSnapshot>): void => {
    snapshot = { ...snapshot, ...next };
    for (const listener of listeners) listener();
  };
  const note = (what: string): void => {
    done.push(what);
  };
  return {
    done,
    change,
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ask: (question) => note(`ask ${question}`),
    expectQuestion: () => note('expect question'),
    stop: () => note('stop'),
    unqueue: (id) => note(`unqueue ${id}`),
    setContributing: (contributing) => note(`contributing ${contributing}`),
    setSharing: ({ maxDuty }) => note(`cap ${maxDuty}`),
    rename: (name) => note(`rename ${name}`),
    retryModel: () => note('retry'),
    adoptModelFile: (file) => note(`adopt ${file.name}`),
    chooseModel: (id, engine) => note(`choose ${id} ${engine ?? 'best'}`),
    pinModel: (id, isPinned) => note(`pin ${id} ${isPinned}`),
    removeModel: (id) => note(`remove ${id}`),
    checkModel: (id) => note(`check ${id}`),
    repairModel: (id) => note(`repair ${id}`),
    importModelFiles: (files) => note(`import ${files.map(({ name, file }) => `${name} of ${file.size}`).join()}`),
    importModelUrls: (urls) => note(`import ${urls.join()}`),
    freeRoom: () => note('free room'),
    measureEngines: () => note('measure engines'),
    surveyModels: () => note('survey'),
    endModelTask: () => note('end task'),
    measureJudging: () => note('measure'),
    stopMeasuring: () => note('stop measuring'),
    restoreShippedJudging: () => note('use shipped'),
    createRoom: (name) => note(`create room ${name}`),
    enterRoom: (id) => note(`enter room ${id ?? 'public'}`),
    forgetRoom: (id) => note(`forget room ${id}`),
    openInvitation: (text) => note(`invitation ${text}`),
    answerInvitation: (isAccepted) => note(`invited ${isAccepted}`),
    addRelay: (address) => note(`add relay ${address}`),
    removeRelay: (address) => note(`remove relay ${address}`),
    setIceServers: (servers) => note(`ice ${servers.map(({ url }) => url).join()}`),
    setUploads: ({ isSharing }) => note(`uploads ${isSharing}`),
    forgetRound: (id) => note(`forget ${id}`),
    dismissNotice: (id) => note(`dismiss ${id}`),
    close: async () => note('close'),
  };
}
