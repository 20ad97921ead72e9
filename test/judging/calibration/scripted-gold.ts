/** A model that answers gold questions by a rule, for tests of measuring. */
import { createJudge } from '#judging';
import type { GoldPorts, Writer } from '#judging';
import { type Failure, createSeededRandom, failure, ok } from '#vocabulary';
import type { CheckableQuestion } from '../../../src/judging/gold/checkable.ts';
import type { GoldItem } from '../../../src/judging/calibration/gold-plan.ts';
import { type ScorerRules, createScriptedScorer } from '../scorer.scripted.ts';

export interface ScriptedGold extends GoldPorts {
  readonly written: readonly { readonly question: string; readonly seed: number }[];
}

/** Writes the right sentence or a slip as the seed has it; its words are likelier the more of them are right. */
export function scriptedGold(
  plan: readonly GoldItem[],
  rules: ScorerRules & {
    readonly signal?: AbortSignal;
    readonly answer?: (question: CheckableQuestion, seed: number) => string;
    readonly failing?: (call: number) => Failure | undefined;
  } = {},
): ScriptedGold {
  const { answer = byChance, failing = () => undefined } = rules;
  const checkables = new Map(
    plan.flatMap((item) => (item.source === 'sampled' ? [[item.question, item.checkable] as const] : [])),
  );
  const written: { question: string; seed: number }[] = [];
  const writer: Writer = {
    async write({ question, seed }) {
      written.push({ question, seed });
      const broken = failing(written.length);
      if (broken !== undefined) return { ok: false, error: broken };
      return ok(answer(checkables.get(question) as CheckableQuestion, seed));
    },
  };
  return {
    written,
    writer,
    scorer: createScriptedScorer({ perToken: (text) => -1 - (text.length % 7) / 7, lift: wordLift, ...rules }),
    judgeOver: (scorer, calibration) => createJudge({ scorer, calibration }),
    ...(rules.signal === undefined ? {} : { signal: rules.signal }),
  };
}

function byChance({ right, slips }: CheckableQuestion, seed: number): string {
  return createSeededRandom(String(seed)).next() < 0.5 ? right : (slips[0] as string);
}

function wordLift(word: string): number {
  return (createSeededRandom(word).next() - 0.4) * 8;
}

export const crash = failure('engine-crashed', 'The engine stopped.');
