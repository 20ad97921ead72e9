import type { PeerId } from '#vocabulary';
import { type SignedRecord, type TypedRecord, parseBody } from '#reputation';
import type { ContributionView } from '../session.ts';

/** What a peer did in rounds that others asked, counted from the signed records of those rounds. */
export function countContribution(
  records: readonly SignedRecord[],
  self: PeerId,
  tokensGenerated: number,
): ContributionView {
  const typed = records.flatMap((record): TypedRecord[] => {
    const parsed = parseBody(record);
    return parsed.ok ? [parsed.value] : [];
  });
  const askerOf = new Map(
    typed.flatMap((record) => (record.type === 'ask' ? [[record.body.round, record.author] as const] : [])),
  );
  const forOthers = (record: TypedRecord): boolean => {
    const asker = askerOf.get(record.body.round);
    return asker !== undefined && asker !== self;
  };
  const own = typed.filter((record) => record.author === self && forOthers(record));
  const ownCommits = new Set(own.filter((record) => record.type === 'commit').map((record) => record.id));
  const won = typed.filter((record) => {
    const [best] = record.type === 'verdict' ? record.body.order : [];
    return best !== undefined && forOthers(record) && ownCommits.has(best);
  });
  return {
    roundsAnswered: own.filter((record) => record.type === 'reveal').length,
    roundsWon: won.length,
    ballotsCast: own.filter((record) => record.type === 'ballot').length,
    tokensGenerated,
  };
}
