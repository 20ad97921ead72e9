import type { BenchRow } from '../bench-row.ts';
import type { EnginesStage } from './engines-tab.ts';
import { compareTurns } from './figures.ts';
import type { JudgedQuestion } from './page/reading.ts';
import { ANSWERS, QUESTIONS } from './questions.ts';

/** Answers to a question: its own and others', as a judge of a round of four reads them. */
const ANSWERS_EACH = 4;
const JUDGED = 4;
const OPTIONS = { threads: 1, contextTokens: 1_024 };

/** Judgements a second by the shipped panel, with prompts that begin as earlier ones did and without. */
export async function measureReuse(stage: EnginesStage, report: (line: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const kind of ['ort', 'wllama'] as const) {
    report(`Judging with ${kind}, with and without what was read before …`);
    const turns = await stage.inTab(async (tab) => {
      await tab.load(`ours/${kind}`, OPTIONS);
      const measured = [];
      for (const question of questions()) {
        const [kept = Number.NaN] = await tab.countJudgements([question], false);
        const [fresh = Number.NaN] = await tab.countJudgements([question], true);
        measured.push({ ours: 1000 / kept, rival: 1000 / fresh });
      }
      return measured;
    });
    const name = `judgements of ${ANSWERS_EACH} answers by ${kind}, with prefix reuse against without`;
    rows.push(compareTurns({ name, unit: 'judgements/s' }, turns.slice(1), { atLeast: 2 }));
  }
  return rows;
}

function questions(): JudgedQuestion[] {
  return QUESTIONS.slice(0, JUDGED + 1).map((question, index) => ({
    question,
    answers: Array.from({ length: ANSWERS_EACH }, (_, other) => ANSWERS[(index + other) % ANSWERS.length] ?? ''),
  }));
}
