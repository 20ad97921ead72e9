import type { ModelId } from '#vocabulary';
import type { EngineKind } from '#inference';
import type { ContentLimits } from '#swarm';
import type { ChosenFile, IceServerSetting, SessionSnapshot, SharingPolicy } from '../session.ts';

/** Commands of a session that travel between tabs, with their arguments. Everything in them can be cloned. */
export type SessionCommand =
  | { readonly name: 'ask'; readonly question: string }
  | { readonly name: 'stop' | 'expectQuestion' }
  | { readonly name: 'unqueue'; readonly id: string }
  | { readonly name: 'setContributing'; readonly contributing: boolean }
  | { readonly name: 'setSharing'; readonly policy: SharingPolicy }
  | { readonly name: 'rename'; readonly to: string }
  | { readonly name: 'retryModel' }
  | { readonly name: 'adoptModelFile'; readonly file: File }
  | { readonly name: 'chooseModel'; readonly id: ModelId; readonly engine: EngineKind | undefined }
  | { readonly name: 'pinModel'; readonly id: ModelId; readonly isPinned: boolean }
  | { readonly name: 'removeModel' | 'checkModel' | 'repairModel'; readonly id: ModelId }
  | { readonly name: 'importModelFiles'; readonly files: readonly ChosenFile[] }
  | { readonly name: 'importModelUrls'; readonly urls: readonly string[] }
  | { readonly name: 'freeRoom' | 'measureEngines' | 'surveyModels' | 'endModelTask' }
  | { readonly name: 'measureJudging' }
  | { readonly name: 'stopMeasuring' }
  | { readonly name: 'restoreShippedJudging' }
  | { readonly name: 'createRoom'; readonly roomName: string }
  | { readonly name: 'enterRoom'; readonly id: string | undefined }
  | { readonly name: 'forgetRoom'; readonly id: string }
  | { readonly name: 'openInvitation'; readonly text: string }
  | { readonly name: 'answerInvitation'; readonly isAccepted: boolean }
  | { readonly name: 'addRelay' | 'removeRelay'; readonly address: string }
  | { readonly name: 'setIceServers'; readonly servers: readonly IceServerSetting[] }
  | { readonly name: 'setUploads'; readonly limits: ContentLimits }
  | { readonly name: 'forgetRound'; readonly id: string }
  | { readonly name: 'dismissNotice'; readonly id: string };

/** What tabs of one peer tell each other. */
export type TabMessage =
  /** A follower is there and wants to see. */
  | { readonly type: 'hello' }
  /** The leader's state. Of its rounds only those after the first `knownRounds`, which went with an earlier message. */
  | { readonly type: 'snapshot'; readonly knownRounds: number; readonly snapshot: SessionSnapshot }
  /** A follower's person did something. */
  | { readonly type: 'command'; readonly id: string; readonly command: SessionCommand }
  /** The leader has taken a command. */
  | { readonly type: 'taken'; readonly id: string };

/** Reaches the other tabs of one peer. Only tabs of this origin can speak on it. */
export interface TabChannel {
  post(message: TabMessage): void;
  onMessage(listener: (message: TabMessage) => void): () => void;
  close(): void;
}

/** The right to run the node: one tab of a peer holds it, the others wait. */
export interface Leadership {
  /** Resolves when this tab leads; the returned function gives the right away. Held until the tab closes otherwise. */
  acquire(): Promise<() => void>;
}
