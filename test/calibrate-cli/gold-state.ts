import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { type DoneGold, type GoldItem, GOLD_REVISION, readKept } from '#judging';
import type { Failure, Result } from '#vocabulary';
import { type KeptFile, type KeptOptions, openKept } from '../judge-cli/kept-file.ts';
import type { MeasuredItem } from './measured-item.ts';

/** Measured items by their id. */
export type GoldState = KeptFile<MeasuredItem>;

const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const Line = v.looseObject({ id: v.string(), tokens: amount, ms: amount });

/** Opens the file, or begins it. */
export function openState(options: KeptOptions): Result<GoldState, Failure> {
  return openKept<MeasuredItem>(options, {
    mark: 'peerageCalibrate',
    write: (_, item) => item,
    read(line) {
      const parsed = v.safeParse(Line, line);
      if (!parsed.success) return undefined;
      const { tokens, ms, ...rest } = parsed.output;
      const done = readDone(rest);
      return done === undefined ? undefined : [done.id, { ...done, tokens, ms }];
    },
    remedy: 'Move it out of the way.',
    otherPlan: 'another model or another plan',
  });
}

/** By the product's own check of what a tab keeps. */
function readDone(value: object): DoneGold | undefined {
  const progress = { kind: 'whole', seed: '', stopped: false, done: [value] };
  const kept = readKept({ modelId: '', revision: GOLD_REVISION, progress }, '');
  return kept.ok ? kept.value?.progress?.done[0] : undefined;
}

/** Names everything that measurements depend on, so that none is taken for another's. */
export function keyOfPlan(
  model: { readonly id: string; readonly sha256: string },
  engine: string,
  plan: readonly GoldItem[],
): string {
  return createHash('sha256')
    .update(JSON.stringify([model.id, model.sha256, engine, GOLD_REVISION, plan]))
    .digest('hex')
    .slice(0, 32);
}
