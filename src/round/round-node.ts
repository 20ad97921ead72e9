/**
 * A peer's part in rounds: one question of its own and one of somebody else's at a time. The owner's question always
 * goes first: a round served for another peer is left at once, and says why.
 */
import { type PeerId, type RoundId, asRoundId, bytesToHex } from '#vocabulary';
import { type TypedRecord, encodeRecord } from '#reputation';
import { startAsker } from './asker.ts';
import type { CheckedMessage } from './asker-state.ts';
import { type AskerDriver, driveAsker } from './asker-driver.ts';
import { digestText, equalBytes } from './commitment.ts';
import { MAX_ANSWERS_PER_JUDGE, MAX_ASKED_TOKENS } from './constants.ts';
import { createInbox } from './inbox.ts';
import type { Candidate } from './member.ts';
import { DEFAULT_PARAMETERS, MAX_PARTICIPANTS, type RoundParameters } from './parameters.ts';
import { startParticipant } from './participant.ts';
import { type ParticipantDriver, driveParticipant } from './participant-driver.ts';
import type { Post, RoundPorts } from './ports.ts';
import { viewAskerRound, viewServedRound } from './round-view.ts';
import type { ProvisionalView, RoundView } from './view.ts';
import { type DeclineReason, ROUND_PROTOCOL, encodeMessage, recordsIn, withRecords } from './wire.ts';

export interface RoundNode {
  /** Asks now; one question at a time, so the caller queues. Undefined while a question of this peer is running. */
  ask(question: string, parameters?: RoundParameters): RoundId | undefined;
  stop(): void;
  setContributing(contributing: boolean): void;
  /** Whether a question of this peer is running. */
  isAsking(): boolean;
  /** The running or last question of this peer. */
  asked(): RoundView | undefined;
  /** Somebody else's round this peer works in now. */
  served(): RoundView | undefined;
  subscribe(listener: () => void): () => void;
  /** Called once for every round that ended, with its last view. */
  onRoundEnd(listener: (view: RoundView) => void): () => void;
  close(): void;
}

interface OwnRound {
  readonly asker: AskerDriver;
  provisional: ProvisionalView;
}

export function createRoundNode(ports: RoundPorts): RoundNode {
  const { swarm, clock, engine } = ports;
  const self = swarm.self;
  const listeners = new Set<() => void>();
  const endListeners = new Set<(view: RoundView) => void>();
  const participations = new Map<RoundId, ParticipantDriver>();
  let own: OwnRound | undefined;
  let ownRunning = false;
  let servedRound: RoundId | undefined;
  let contributing = true;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  const post: Post = (to, message) => {
    if (to === self) queueMicrotask(() => route(self, message));
    else void swarm.send(to, ROUND_PROTOCOL, encodeChecked(message));
  };

  const inbox = createInbox({
    clock,
    verifySignature: ports.verifySignature,
    deliver: (from, message) => route(from, message),
  });

  /** Messages to an asker go to its round; messages from an asker to the part taken in it. */
  const route = (from: PeerId, message: CheckedMessage): void => {
    switch (message.t) {
      case 'ask':
        return considerAsk(from, message);
      case 'accept':
      case 'decline':
      case 'progress':
      case 'commit':
      case 'reveal':
      case 'ballot-commit':
      case 'ballot':
      case 'confirmation':
        if (own?.asker.getState().round === message.round) own.asker.receive(from, message);
        return;
      default: {
        const participation = participations.get(message.round);
        if (participation?.getState().asker === from) participation.receive(message);
      }
    }
  };

  const considerAsk = (from: PeerId, message: Extract<CheckedMessage, { t: 'ask' }>): void => {
    const { record, round, question } = message;
    if (record.type !== 'ask' || record.author !== from || record.body.round !== round || participations.has(round))
      return;
    if (!equalBytes(record.body.questionDigest, digestText(question))) return;
    if (record.body.maxTokens > MAX_ASKED_TOKENS || record.body.answersPerJudge > MAX_ANSWERS_PER_JUDGE) return;
    const refusal = from === self ? undefined : refusalOf(question, record.body.maxTokens);
    if (refusal !== undefined) return post(from, { t: 'decline', round, reason: refusal });
    const model = engine.facts()?.modelId;
    if (model === undefined) return post(from, { t: 'decline', round, reason: 'no-model' });
    if (from !== self) servedRound = round;
    participate(startParticipant({ round, self, asker: from, question, model, ask: record }, clock.now()));
  };

  const refusalOf = (question: string, maxTokens: number): DeclineReason | undefined => {
    const facts = engine.facts();
    if (!contributing) return 'not-contributing';
    if (facts === undefined) return 'no-model';
    if (servedRound !== undefined || ownRunning) return 'busy';
    const tokens = engine.countTokens(question);
    return tokens.ok && tokens.value + maxTokens > facts.contextTokens / 2 ? 'too-long' : undefined;
  };

  const participate = (first: ReturnType<typeof startParticipant>): void => {
    const { round, asker } = first.state;
    const isOwn = asker === self;
    const startedAtMs = clock.now();
    const driver = driveParticipant(ports, first, {
      post,
      onChange: changed,
      onText: (text, tokens) => {
        if (!isOwn || own === undefined) return;
        const firstTokenMs = own.provisional.firstTokenMs ?? clock.now() - startedAtMs;
        own.provisional = { state: 'streaming', text, tokens, firstTokenMs };
        changed();
      },
      onWritten: ({ failed }) => {
        if (!isOwn || own === undefined) return;
        own.provisional = { ...own.provisional, state: failed === undefined ? 'done' : 'failed' };
        changed();
      },
      onFinish: (state) => {
        participations.delete(round);
        if (isOwn) return;
        servedRound = undefined;
        announceEnd(viewServedRound(state));
      },
    });
    participations.set(round, driver);
  };

  const announceEnd = (view: RoundView): void => {
    for (const listener of endListeners) listener(view);
    changed();
  };

  const candidates = (): Candidate[] => {
    const facts = engine.facts();
    const speed = engine.speed();
    const others = swarm
      .getState()
      .peers.filter(
        (peer) => peer.incompatible === undefined && peer.advert?.contributing === true && peer.advert.modelId !== '',
      )
      .slice(0, MAX_PARTICIPANTS - 1)
      .map((peer) => ({ peer: peer.id, model: peer.advert?.modelId ?? '', speed: peer.advert ?? NO_SPEED }));
    const me = {
      peer: self,
      model: facts?.modelId ?? '',
      speed: {
        prefillTokensPerSecond: speed.prefillTokensPerSecond ?? 0,
        decodeTokensPerSecond: speed.decodeTokensPerSecond ?? 0,
      },
    };
    return [...(facts === undefined ? [] : [me]), ...others].map((one) => ({
      ...one,
      standing: ports.standingOf(one.peer),
    }));
  };

  const stopHandling = swarm.handle(ROUND_PROTOCOL, (from, bytes) => inbox.receive(from, bytes));
  const stopWatching = swarm.onGone((peer) => {
    own?.asker.peerGone(peer);
    for (const participation of participations.values()) {
      if (participation.getState().asker === peer) participation.askerGone();
    }
  });

  return {
    ask(question, parameters = DEFAULT_PARAMETERS) {
      if (ownRunning) return undefined;
      if (servedRound !== undefined) participations.get(servedRound)?.withdraw('owner-asks');
      const round = asRoundId(bytesToHex(ports.random.bytes(16)));
      const hasModel = engine.facts() !== undefined;
      const first = startAsker({ round, self, question, parameters }, candidates(), clock.now());
      ownRunning = true;
      const asker = driveAsker(ports, first, {
        post,
        onChange: changed,
        onFinish: () => {
          ownRunning = false;
          if (own !== undefined) announceEnd(viewAskerRound(own.asker.getState(), own.provisional));
        },
      });
      own = {
        asker,
        provisional: { state: hasModel ? 'waiting' : 'none', text: '', tokens: 0, firstTokenMs: undefined },
      };
      changed();
      return round;
    },
    stop: () => own?.asker.stop(),
    setContributing(next) {
      contributing = next;
      if (!next && servedRound !== undefined) participations.get(servedRound)?.withdraw('not-contributing');
    },
    isAsking: () => ownRunning,
    asked: () => own && viewAskerRound(own.asker.getState(), own.provisional),
    served: () => {
      const participation = servedRound === undefined ? undefined : participations.get(servedRound);
      return participation && viewServedRound(participation.getState());
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onRoundEnd(listener) {
      endListeners.add(listener);
      return () => endListeners.delete(listener);
    },
    close() {
      own?.asker.stop();
      if (servedRound !== undefined) participations.get(servedRound)?.withdraw('closing');
      stopHandling();
      stopWatching();
      listeners.clear();
      endListeners.clear();
    },
  };
}

const NO_SPEED = { prefillTokensPerSecond: 0, decodeTokensPerSecond: 0 };

function encodeChecked(message: CheckedMessage): Uint8Array {
  return encodeMessage(withRecords(message, recordsIn<TypedRecord>(message).map(encodeRecord)));
}
