/** How a participant checks a verdict: it repeats the fit for itself and says whether it agrees. */
import type { RecordOf } from '#reputation';
import type { ParticipantRound } from './participant-state.ts';
import type { Tally } from './tally.ts';

/** Figures may differ in the last bits between engines; more than this is another result. */
const FIGURE_TOLERANCE = 1e-6;

/** Why this verdict is not what the round gives; undefined when it is. */
export function findDisagreement(
  state: ParticipantRound,
  verdict: RecordOf<'verdict'>,
  tally: Tally,
): string | undefined {
  const { body } = verdict;
  if (state.leftOut !== undefined) return state.leftOut;
  if (body.lineup !== state.lineup?.id) return 'The verdict is about another lineup than the one I was sent.';
  const counted = new Set(state.ballots.map((ballot) => ballot.id));
  if (body.ballots.length !== counted.size || body.ballots.some((id) => !counted.has(id))) {
    return 'The ballots passed on are not those the verdict names.';
  }
  if (tally.refused.length > 0) return 'The verdict names a ballot that breaks the rules.';
  if (isBallotMissing(state)) return 'My ballot was left out.';
  if (tally.votes.length === 0) return 'There is no vote that counts.';
  if (body.order.length !== tally.order.length || body.order.some((commit, rank) => commit !== tally.order[rank])) {
    return 'The ballots give another order.';
  }
  return tally.ranking.order.some((row, rank) =>
    [
      row.strength - (body.strengths[rank] ?? Number.NaN),
      row.low - (body.lows[rank] ?? Number.NaN),
      row.high - (body.highs[rank] ?? Number.NaN),
      row.pBest - (body.pBest[rank] ?? Number.NaN),
    ].some((difference) => !(Math.abs(difference) <= FIGURE_TOLERANCE)),
  )
    ? 'The ballots give other strengths.'
    : undefined;
}

/** The box held this peer's commit, so its ballot was awaited and must be counted. */
function isBallotMissing(state: ParticipantRound): boolean {
  const commit = state.own['ballot-commit'];
  const wasInBox = commit !== undefined && (state.ballotCommits ?? []).some((one) => one.id === commit.id);
  return wasInBox && !state.ballots.some((ballot) => ballot.author === state.self);
}
