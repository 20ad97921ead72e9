/**
 * A peer's part in rounds: one question of its own and one of somebody else's at a time. The owner's question always
 * goes first: a round served for another peer is left at once, and says why.
 */
import { type PeerId, type RoundId, asRoundId, bytesToHex } from '#vocabulary';
import { type TypedRecord, encodeRecord } from '#reputation';
import { type Invitation, createServedQuestions, findExcess, readInvitation } from './admission.ts';
import { startAsker } from './asker.ts';
import { answers, createCompany } from './company.ts';
import type { CheckedMessage } from './asker-state.ts';
import { type AskerDriver, driveAsker } from './asker-driver.ts';
import { createInbox } from './inbox.ts';
import type { Candidate } from './member.ts';
import { chooseParameters, MAX_PARTICIPANTS, type RoundParameters } from './parameters.ts';
import { startParticipant } from './participant.ts';
import { type ParticipantDriver, driveParticipant } from './participant-driver.ts';
import type { Post, RoundPorts } from './ports.ts';
import { viewAskerRound, viewServedRound } from './round-view.ts';
import type { ProvisionalView, RoundView } from './view.ts';
import {
  type DeclineReason,
  type RoundMessage,
  ROUND_PROTOCOL,
  encodeMessage,
  recordsIn,
  withRecords,
} from './wire.ts';
import { isRoundOver } from './round-phase.ts';

export interface RoundNode {
  /** Asks now; one question at a time, so the caller queues. Undefined while a question of this peer is running. */
  ask(question: string, parameters?: RoundParameters): RoundId | undefined;
  /** A question is being written: makes sure of enough peers to answer it. */
  expectQuestion(): void;
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
  readonly round: RoundId;
  readonly asker: AskerDriver;
  provisional: ProvisionalView;
}

export function createRoundNode(ports: RoundPorts): RoundNode {
  const { swarm, clock, engine } = ports;
  const self = swarm.self;
  const listeners = new Set<() => void>();
  const endListeners = new Set<(view: RoundView) => void>();
  const participations = new Map<RoundId, ParticipantDriver>();
  const servedQuestions = createServedQuestions();
  const company = createCompany(swarm, ports.random);
  let own: OwnRound | undefined;
  let servedRound: RoundId | undefined;
  let contributing = true;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  const isAsking = (): boolean => own !== undefined && !isRoundOver(own.asker.getState().phase);
  const servedPart = (): ParticipantDriver | undefined =>
    servedRound === undefined ? undefined : participations.get(servedRound);

  const post: Post = (to, message) => {
    if (to.includes(self)) queueMicrotask(() => void route(self, message));
    const others = to.filter((peer) => peer !== self);
    if (others.length === 0) return;
    const bytes = encodeChecked(message);
    // A peer that cannot be reached is waited for until its deadline, like one that does not answer.
    for (const peer of others) void swarm.send(peer, ROUND_PROTOCOL, bytes);
  };

  /** Whether anything here waits for such a message from this peer. */
  const isExpected = (from: PeerId, message: RoundMessage<unknown>): boolean => {
    if (message.t === 'ask') return true;
    if (isFromParticipant(message)) {
      const state = own?.asker.getState();
      return state?.round === message.round && state.members.some((member) => member.peer === from);
    }
    return participations.get(message.round)?.getState().asker === from;
  };

  /** Messages to an asker go to its round; messages from an asker to the part taken in it. */
  const route = (from: PeerId, message: CheckedMessage): void | Promise<void> => {
    if (message.t === 'ask') return considerAsk(from, message);
    if (!isExpected(from, message)) return undefined;
    if (isFromParticipant(message)) own?.asker.receive(from, message);
    else participations.get(message.round)?.receive(message);
    return undefined;
  };

  const inbox = createInbox({ clock, verifySignature: ports.verifySignature, isExpected, deliver: route });

  const considerAsk = (from: PeerId, message: Extract<CheckedMessage, { t: 'ask' }>): void | Promise<void> => {
    const invitation = readInvitation(from, message);
    if (invitation === undefined) return undefined;
    return from === self ? accept(invitation) : considerStrangers(invitation);
  };

  const considerStrangers = async (invitation: Invitation): Promise<void> => {
    const { asker, round, ask } = invitation;
    const refuse = (reason: DeclineReason): void => post([asker], { t: 'decline', round, reason });
    const excess = findExcess(invitation, clock.now());
    if (excess !== undefined) return refuse(excess);
    // Also what was served before a reload. A ledger that cannot be read leaves what this tab remembers.
    const stored = await ports.ledger.get(ask.id).catch(() => undefined);
    if (stored !== undefined || servedQuestions.has(ask.id)) return undefined;
    const obstacle = findObstacle(invitation);
    if (obstacle !== undefined) return refuse(obstacle);
    servedQuestions.add(ask.id, clock.now());
    servedRound = round;
    accept(invitation);
  };

  const findObstacle = ({ round, question, ask }: Invitation): DeclineReason | undefined => {
    const facts = engine.facts();
    if (!contributing) return 'not-contributing';
    if (facts === undefined) return 'no-model';
    if (servedRound !== undefined || isAsking() || participations.has(round)) return 'busy';
    const tokens = engine.countTokens(question);
    if (!tokens.ok) return 'engine-failed';
    return tokens.value + ask.body.maxTokens > facts.contextTokens / 2 ? 'too-long' : undefined;
  };

  const accept = ({ asker, round, ask, question }: Invitation): void => {
    const model = engine.facts()?.modelId;
    if (model === undefined) return post([asker], { t: 'decline', round, reason: 'no-model' });
    // Whoever took part in a question of ours knows its round and may ask another under the same.
    const mine = asker === self && own?.round === round ? own : undefined;
    const showProvisional = (change: (held: ProvisionalView) => ProvisionalView): void => {
      if (mine === undefined) return;
      mine.provisional = change(mine.provisional);
      changed();
    };
    const first = startParticipant({ round, self, asker, question, model, ask }, clock.now());
    const driver = driveParticipant(ports, first, {
      post,
      onChange: changed,
      onText: (text, tokens) =>
        showProvisional((held) => ({
          state: 'streaming',
          text,
          tokens,
          firstTokenMs: held.firstTokenMs ?? clock.now() - (mine?.asker.getState().askedAtMs ?? 0),
        })),
      onWritten: ({ failed }) =>
        // What was written before a stop stays an answer.
        showProvisional((held) => ({ ...held, state: failed === undefined || held.text !== '' ? 'done' : 'failed' })),
      onOver: () => {
        participations.delete(round);
        if (servedRound === round) servedRound = undefined;
      },
      onFinish: (state) => {
        if (mine === undefined) announceEnd(viewServedRound(state));
      },
    });
    if (!isPartOver(driver)) participations.set(round, driver);
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
      .peers.filter((peer) => peer.incompatible === undefined && answers(peer.advert))
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
    for (const participation of [...participations.values()]) {
      if (participation.getState().asker === peer) participation.askerGone();
    }
  });

  return {
    ask(question, wanted) {
      if (isAsking()) return undefined;
      servedPart()?.withdraw('owner-asks');
      const round = asRoundId(bytesToHex(ports.random.bytes(16)));
      const state = engine.facts() === undefined ? 'none' : 'waiting';
      const invited = candidates();
      const parameters = wanted ?? chooseParameters(invited.map((candidate) => candidate.speed));
      const first = startAsker({ round, self, question, parameters }, invited, clock.now());
      const mine: OwnRound = {
        round,
        asker: driveAsker(ports, first, {
          post,
          onChange: changed,
          onFinish: (last) => announceEnd(viewAskerRound(last, mine.provisional)),
        }),
        provisional: { state, text: '', tokens: 0, firstTokenMs: undefined },
      };
      own = mine;
      changed();
      return round;
    },
    expectQuestion: company.gather,
    stop: () => own?.asker.stop(),
    setContributing(next) {
      contributing = next;
      if (!next) servedPart()?.withdraw('not-contributing');
    },
    isAsking,
    asked: () => own && viewAskerRound(own.asker.getState(), own.provisional),
    served: () => {
      const part = servedPart();
      return part && viewServedRound(part.getState());
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
      servedPart()?.withdraw('closing');
      contributing = false;
      stopHandling();
      stopWatching();
      listeners.clear();
      endListeners.clear();
    },
  };
}

const NO_SPEED = { prefillTokensPerSecond: 0, decodeTokensPerSecond: 0 };

const FROM_PARTICIPANT: ReadonlySet<CheckedMessage['t']> = new Set([
  'accept',
  'decline',
  'progress',
  'commit',
  'reveal',
  'ballot-commit',
  'ballot',
  'confirmation',
]);

function isFromParticipant(message: RoundMessage<unknown>): boolean {
  return FROM_PARTICIPANT.has(message.t);
}

function isPartOver(driver: ParticipantDriver): boolean {
  const { phase } = driver.getState();
  return phase === 'done' || phase === 'ended';
}

function encodeChecked(message: CheckedMessage): Uint8Array {
  return encodeMessage(withRecords(message, recordsIn<TypedRecord>(message).map(encodeRecord)));
}
