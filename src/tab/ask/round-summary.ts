import type { PeerId } from '#vocabulary';
import {
  type AnswerView,
  type AwaitingView,
  type ParticipantState,
  type RankingRow,
  type RoundPhase,
  type RoundView,
  isRoundOver,
} from '#round';
import { countOf, formatShare, listOf } from '../design/figure.ts';
import { formatDuration } from '../design/duration.ts';
import { nameOfModel } from '../models/model-name.ts';

export function isRunning(round: RoundView): boolean {
  return !isRoundOver(round.phase);
}

/**
 * What a person reads as the answer: the winner's once there is a verdict; until then the asker's own as it streams,
 * and at the end without a verdict as it was committed, or the first of the others where the asker has none.
 */
export interface ShownAnswer {
  readonly text: string;
  readonly peer: PeerId;
  readonly answer: AnswerView | undefined;
  readonly isVerdict: boolean;
}

export function shownAnswerOf(round: RoundView): ShownAnswer {
  const winner = round.verdict?.winner;
  const answer = winner === undefined ? undefined : round.answers.find((candidate) => candidate.peer === winner);
  if (answer !== undefined) return { text: answer.text, peer: answer.peer, answer, isVerdict: true };
  const own = round.answers.find((candidate) => candidate.peer === round.asker);
  const standIn = own ?? (round.provisional.text === '' ? round.answers[0] : undefined);
  return standIn === undefined || isRunning(round)
    ? { text: round.provisional.text, peer: round.asker, answer: undefined, isVerdict: false }
    : { text: standIn.text, peer: standIn.peer, answer: standIn, isVerdict: false };
}

/** All answers but the one shown, best first. */
export function otherAnswersOf(round: RoundView): readonly AnswerView[] {
  const shown = shownAnswerOf(round);
  const place = new Map(round.ranking.map((row, index) => [row.peer, index]));
  return round.answers
    .filter((answer) => answer.peer !== shown.peer)
    .toSorted((a, b) => (place.get(a.peer) ?? Infinity) - (place.get(b.peer) ?? Infinity));
}

export function winningRow(round: RoundView): RankingRow | undefined {
  const winner = round.verdict?.winner;
  return winner === undefined ? undefined : round.ranking.find((row) => row.peer === winner);
}

/** How a probability of being best reads in words. */
export function confidenceOf(pBest: number): 'clearly' | 'probably' | 'narrowly' | 'possibly' {
  if (pBest >= 0.9) return 'clearly';
  if (pBest >= 0.6) return 'probably';
  return pBest >= 0.4 ? 'narrowly' : 'possibly';
}

export function judgeCountOf(round: RoundView): number {
  return new Set(round.votes.map((vote) => vote.judge)).size;
}

/** `the order agreed by all 4`, `… by 3 of 4`. */
export function describeAgreement(round: RoundView): string | undefined {
  if (round.verdict === undefined) return undefined;
  const agreed = round.verdict.agreedBy.length;
  const checked = agreed + round.verdict.disputedBy.length;
  return agreed === checked ? `order agreed by all ${checked}` : `order agreed by ${agreed} of ${checked}`;
}

/** The line under an answer, in pieces: who made it with what, how fast, and how it was checked. */
export function provenanceOf(round: RoundView): readonly string[] {
  const shown = shownAnswerOf(round);
  const model = shown.answer?.model ?? round.participants.find(({ peer }) => peer === shown.peer)?.model ?? '';
  const lastEnd = round.phases.at(-1)?.endedAtMs ?? round.phases.at(-1)?.startedAtMs;
  const { firstTokenMs, tokens } = round.provisional;
  const pieces = [
    model === '' ? undefined : nameOfModel(model),
    firstTokenMs === undefined ? undefined : `first token after ${formatDuration(firstTokenMs)}`,
    shown.answer === undefined
      ? countOf(tokens, 'token')
      : `${countOf(shown.answer.tokens, 'token')} in ${formatDuration(shown.answer.ms)}`,
    isRunning(round) || lastEnd === undefined ? undefined : `${formatDuration(lastEnd - round.askedAtMs)} in all`,
    round.answers.length === 0 ? undefined : `${countOf(round.answers.length, 'peer')} answered`,
    describeAgreement(round),
  ];
  return pieces.filter((piece) => piece !== undefined);
}

/** `probably the best: 71 %`. */
export function describeConfidence(row: RankingRow): string {
  return `${confidenceOf(row.pBest)} the best: ${formatShare(row.pBest)}`;
}

const awaited: Readonly<Record<AwaitingView['what'], string>> = {
  acceptances: 'to accept the question',
  answers: 'to finish answering',
  reveals: 'to show what they wrote',
  ballots: 'to judge the answers',
  openings: 'to open their sealed votes',
  confirmations: 'to check the count',
};

/** `Waiting for Ada and 2 others to finish answering`. */
export function describeAwaiting(awaiting: AwaitingView, names: readonly string[]): string {
  const whom = names.length === 0 ? 'the peers' : listOf(names).replace(/^You\b/u, 'you');
  return `Waiting for ${whom} ${awaited[awaiting.what]}`;
}

export const stateWords: Readonly<Record<ParticipantState, string>> = {
  invited: 'invited',
  declined: 'declined',
  answering: 'answering',
  committed: 'answer sealed',
  revealed: 'answer shown',
  judging: 'judging',
  voted: 'votes sealed',
  opened: 'votes opened',
  confirmed: 'agrees with the count',
  disputed: 'disputes the count',
  late: 'too late',
  gone: 'left',
};

/** The course of a round in the words of the page. */
export const steps: readonly { readonly phase: RoundPhase; readonly word: string; readonly meaning: string }[] = [
  { phase: 'inviting', word: 'Invite', meaning: 'Peers are asked whether they will answer' },
  { phase: 'answering', word: 'Answer', meaning: 'Every peer writes an answer and seals it' },
  { phase: 'revealing', word: 'Show', meaning: 'All answers are opened at once' },
  { phase: 'judging', word: 'Judge', meaning: 'Peers compare answers that are not their own' },
  { phase: 'opening', word: 'Count', meaning: 'Sealed votes are opened and counted' },
  { phase: 'confirming', word: 'Check', meaning: 'Every peer repeats the count' },
];
