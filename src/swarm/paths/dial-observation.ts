/*
 * What one attempt at a direct connection has shown, collected while it lasts: afterwards the RTCPeerConnection is
 * closed and says nothing more. Stages follow each other; where an attempt stopped is the first thing to know.
 *
 * calling    the other tab is called over the relay
 * offering   it has the offer, and has not answered
 * checking   both sides try pairs of addresses (ICE)
 * securing   a pair works, keys are exchanged (DTLS)
 * opening    connected, the first data channel is not open
 * open       the connection is in use
 */
export const dialStages = ['calling', 'offering', 'checking', 'securing', 'opening', 'open'] as const;
export type DialStage = (typeof dialStages)[number];

/** Addresses by the way they were found: own interface, seen by STUN, lent by TURN. */
export interface CandidateCounts {
  readonly host: number;
  readonly srflx: number;
  readonly relay: number;
}

export interface DialObservation {
  readonly stage: DialStage;
  readonly local: CandidateCounts;
  readonly remote: CandidateCounts;
  readonly servers: { readonly stun: number; readonly turn: number };
  /** What STUN and TURN servers answered that was no success: code and words. */
  readonly serverErrors: readonly string[];
  /** ICE has said that no pair works, rather than that time ran out. */
  readonly iceFailed: boolean;
}

/** Collects. Everything may come in any order and more than once. */
export interface DialObserver {
  reached(stage: DialStage): void;
  /** The `candidate` text of an ICE candidate; an empty one marks the end and counts as nothing. */
  localCandidate(text: string): void;
  remoteCandidate(text: string): void;
  serverError(code: number, text: string): void;
  iceFailed(): void;
  now(): DialObservation;
}

const MAX_SERVER_ERRORS = 4;
const MAX_ERROR_LENGTH = 120;

export function createDialObserver(servers: DialObservation['servers']): DialObserver {
  let stage: DialStage = 'calling';
  let hasIceFailed = false;
  const local = { host: 0, srflx: 0, relay: 0 };
  const remote = { host: 0, srflx: 0, relay: 0 };
  const serverErrors = new Set<string>();
  const count = (counts: { host: number; srflx: number; relay: number }, text: string): void => {
    const type = / typ (host|srflx|relay)(?: |$)/.exec(text)?.[1];
    if (type !== undefined) counts[type as keyof CandidateCounts]++;
  };
  return {
    reached(next) {
      if (dialStages.indexOf(next) > dialStages.indexOf(stage)) stage = next;
    },
    localCandidate: (text) => count(local, text),
    remoteCandidate: (text) => count(remote, text),
    serverError(code, text) {
      if (serverErrors.size < MAX_SERVER_ERRORS) serverErrors.add(`${code} ${text}`.trim().slice(0, MAX_ERROR_LENGTH));
    },
    iceFailed() {
      hasIceFailed = true;
    },
    now: () => ({
      stage,
      local: { ...local },
      remote: { ...remote },
      servers,
      serverErrors: [...serverErrors],
      iceFailed: hasIceFailed,
    }),
  };
}
