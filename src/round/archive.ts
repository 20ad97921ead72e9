import type { Failure, Result, RoundId } from '#vocabulary';
import { isRoundOver } from './round-phase.ts';
import type { RoundView } from './view.ts';

type ArchivedView = Omit<RoundView, 'judges' | 'fragility'> & Partial<Pick<RoundView, 'judges' | 'fragility'>>;

export type ArchiveError = Failure<'quota' | 'unavailable'>;

/** Keeps what a person asked and what came of it, over reloads. Only this peer's own questions enter it. */
export interface RoundArchive {
  /** Keeps the view, in place of an earlier one of the same round. */
  put(view: RoundView): Promise<Result<void, ArchiveError>>;
  /** All rounds, oldest question first. A round found running is given as `interrupted`. */
  all(): Promise<readonly RoundView[]>;
  remove(id: RoundId): Promise<void>;
}

/**
 * What a reload makes of an archived view. Views of earlier versions lack what was not counted then; a round that was
 * running shows what had arrived and that it did not finish.
 */
export function restoreRound(archived: ArchivedView): RoundView {
  const view: RoundView = { judges: [], fragility: undefined, ...archived };
  if (isRoundOver(view.phase)) return view;
  return {
    ...view,
    phase: 'interrupted',
    awaiting: undefined,
    note: {
      type: 'interrupted',
      message: 'The tab was closed or reloaded while this question was running.',
      remedy: 'Ask it again; what had arrived is shown.',
    },
  };
}
