import type { Failure, PeerId } from '#vocabulary';
import type { DownloadProgress, EngineFacts, EngineSpeed } from '#inference';
import type { SwarmState } from '#swarm';
import type { RoundView } from '#round';

/** Everything the page shows. Plain data: the leader tab sends it to the other tabs of the same peer as it is. */
export interface SessionSnapshot {
  readonly self: SelfView;
  readonly model: ModelView;
  /** Whether this peer answers and judges for others. Asking works either way. */
  readonly contributing: boolean;
  readonly swarm: SwarmState;
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
export interface Session {
  getSnapshot(): SessionSnapshot;
  subscribe(listener: () => void): () => void;
  /** Asks now, or queues behind the running question. */
  ask(question: string): void;
  /** Stops the running question here and everywhere. */
  stop(): void;
  /** Takes a question out of the queue. */
  unqueue(id: string): void;
  setContributing(contributing: boolean): void;
  rename(name: string): void;
  /** Tries again to obtain and load the model. */
  retryModel(): void;
  /** Uses a model file the person chose. */
  adoptModelFile(file: File): void;
  forgetRound(roundId: string): void;
  dismissNotice(id: string): void;
  close(): Promise<void>;
}
