import type { Failure, PeerId } from '#vocabulary';
import type { DownloadProgress, EngineFacts, EngineSpeed } from '#inference';
import type { GoldSource, PairFigures } from '#judging';
import type { SwarmState } from '#swarm';
import type { RoundView } from '#round';
import type { ModelCommands, ModelsView } from './models-view.ts';
import type { NetworkCommands, NetworkView } from './network-view.ts';

export type * from './models-view.ts';
export type * from './network-view.ts';

/** Everything the page shows. Plain data: the leader tab sends it to the other tabs of the same peer as it is. */
export interface SessionSnapshot {
  readonly self: SelfView;
  readonly model: ModelView;
  readonly models: ModelsView;
  readonly judging: JudgingView;
  /** Whether this peer answers and judges for others. Asking works either way. */
  readonly contributing: boolean;
  readonly sharing: SharingView;
  readonly swarm: SwarmState;
  readonly network: NetworkView;
  /** This peer's own questions, oldest first, kept over reloads. The last one may be running. */
  readonly rounds: readonly RoundView[];
  /** Somebody else's round this peer works in just now. */
  readonly serving: RoundView | undefined;
  /** The last round it worked in for somebody else that is over; forgotten with the tab. */
  readonly lastServed: RoundView | undefined;
  /** Questions waiting for the running round to end. */
  readonly queue: readonly QueuedQuestion[];
  readonly standings: readonly StandingView[];
  /** Totals of what this peer did for others since it first came. */
  readonly contribution: ContributionView;
  readonly storage: { readonly durable: boolean };
  /** Problems the person should know of, newest last; each says what to do. */
  readonly notices: readonly Notice[];
}

export interface SelfView {
  readonly peer: PeerId;
  readonly name: string;
  /** `?peer=NAME` of this tab, or undefined for the browser's main peer. */
  readonly persona: string | undefined;
  /** The leader runs node and engine; followers are windows onto it. */
  readonly role: 'starting' | 'leader' | 'follower';
}

export type ModelView =
  | { readonly status: 'checking'; readonly name: string }
  | { readonly status: 'downloading'; readonly name: string; readonly progress: DownloadProgress }
  | { readonly status: 'loading'; readonly name: string }
  | {
      readonly status: 'ready';
      readonly name: string;
      readonly facts: EngineFacts;
      readonly speed: EngineSpeed;
      readonly busy: boolean;
    }
  | { readonly status: 'failed'; readonly name: string; readonly error: Failure };

/** When and how much this peer may work for others. Its own questions are always served. */
export interface SharingPolicy {
  /** Share of the time, 0 to 1, over `dutyWindowMs`; 1 is no cap. */
  readonly maxDuty: number;
  readonly onBattery:
    | { readonly rule: 'always' }
    | { readonly rule: 'never' }
    /** `level`: charge above which it works, 0 to 1. */
    | { readonly rule: 'above'; readonly level: number };
  /** Whether it works while its tab is in the background. */
  readonly whenHidden: boolean;
  /** Undefined: at any hour. */
  readonly schedule: DailySchedule | undefined;
}

/** Minutes since midnight where the person is, 0 to 1,439; over midnight where `from` is later. The same twice is all day. */
export interface DailySchedule {
  readonly fromMinute: number;
  readonly toMinute: number;
}

export type SharingPause = 'switched-off' | 'schedule' | 'battery' | 'hidden' | 'cap';

/** `unknown`: this browser does not say, so the machine is taken to be plugged in. */
export type BatteryView =
  | { readonly status: 'unknown' }
  | { readonly status: 'plugged-in' | 'on-battery'; readonly level: number };

/** Whether this peer works for others just now, why not, and how much it did. */
export interface SharingView {
  readonly policy: SharingPolicy;
  /** Whether it accepts new rounds. A round that runs is finished, unless the person switches contributing off. */
  readonly serves: boolean;
  /** Why it does not; `message` is a sentence for a person. */
  readonly reason?: { readonly type: SharingPause; readonly message: string };
  /** When that ends by itself, if nothing else comes up; absent where it is not known. */
  readonly untilMs?: number;
  /** Measured: the share of the last `dutyWindowMs` in which the model worked for others, 0 to 1. */
  readonly duty: number;
  readonly dutyWindowMs: number;
  /** Measured: tokens read and written for others in that window, a second of work; absent before any work. */
  readonly tokensPerSecond?: number;
  /** Keeps the screen, and with it the machine, awake while a round for others runs. */
  readonly wakeLock: 'held' | 'not-held' | 'unsupported';
  readonly battery: BatteryView;
}

/** What keeps a measurement waiting: a round, a model that is not ready, the switch that is off, sharing that rests, or the person stopped it. */
export type MeasuringObstacle = 'round' | 'model' | 'not-contributing' | 'resting' | 'stopped';

/** How good this peer is as a judge, and how that is known. */
export interface JudgingView {
  /** `shipped` and `stored` say where the figures in use come from; the others that a measurement is not finished. */
  readonly status: 'shipped' | 'stored' | 'measuring' | 'waiting' | 'failed';
  /** Items of the measurement that runs, waits or was stopped; both 0 where none has begun. */
  readonly done: number;
  readonly total: number;
  readonly obstacle?: MeasuringObstacle;
  /** Why measuring failed. */
  readonly error?: Failure;
  /** Of the calibration in use, on questions held out; absent where nothing was measured. */
  readonly figures?: JudgingFigures;
  /** Whether its votes count. */
  readonly hasWeight: boolean;
  /** Why they do or do not, in words. */
  readonly why: string;
  readonly version: string;
  /** Of questions, samples and splits. */
  readonly seed?: string;
  /** There is a calibration that came with the page, though another is in use. */
  readonly canUseShipped: boolean;
}

export interface JudgingFigures extends Pick<PairFigures, 'accuracy' | 'brier' | 'ece'> {
  readonly bySource: Readonly<Partial<Record<GoldSource, PairFigures>>>;
}

export interface QueuedQuestion {
  readonly id: string;
  readonly question: string;
}

export interface StandingView {
  readonly peer: PeerId;
  readonly answerer: RoleStanding;
  readonly judge: RoleStanding;
  /** Newest first, bounded. */
  readonly changes: readonly StandingChange[];
}

export interface RoleStanding {
  /** Posterior mean of good conduct in [0, 1], with its 95 % interval. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Weighted observations behind it. */
  readonly evidence: number;
}

export interface StandingChange {
  readonly role: 'answerer' | 'judge';
  readonly amount: number;
  readonly reason: string;
  readonly records: readonly string[];
  readonly time: number;
}

export interface ContributionView {
  readonly roundsAnswered: number;
  readonly roundsWon: number;
  readonly ballotsCast: number;
  readonly tokensGenerated: number;
}

export interface Notice {
  readonly id: string;
  readonly failure: Failure;
}

/** One peer's session as the page uses it. The same whether this tab runs the node or another tab does. */
export interface Session extends ModelCommands, NetworkCommands {
  getSnapshot(): SessionSnapshot;
  subscribe(listener: () => void): () => void;
  /** Asks now, or queues behind the running question. */
  ask(question: string): void;
  /** A question is being written: peers to answer it are fetched. */
  expectQuestion(): void;
  /** Stops the running question here and everywhere. */
  stop(): void;
  /** Takes a question out of the queue. */
  unqueue(id: string): void;
  setContributing(contributing: boolean): void;
  /** When and how much this peer may work for others from now on. */
  setSharing(policy: SharingPolicy): void;
  rename(name: string): void;
  /** Tries again to obtain and load the model. */
  retryModel(): void;
  /** Uses a model file the person chose. */
  adoptModelFile(file: File): void;
  /** Measures the model as a judge anew, or goes on with a measurement that was stopped or failed. */
  measureJudging(): void;
  stopMeasuring(): void;
  /** Judges with the calibration that came with the page again. */
  restoreShippedJudging(): void;
  forgetRound(roundId: string): void;
  dismissNotice(id: string): void;
  close(): Promise<void>;
}
