import type { BenchRow } from '../bench-row.ts';
import type { EnginesStage, EnginesTab } from './engines-tab.ts';
import { compareTurns } from './figures.ts';
import { ANSWERS, QUESTIONS, longQuestion } from './questions.ts';

/** ONNX Runtime against llama.cpp on the same file, both through the port, in tokens a second. */
const TARGETS = [
  { threads: 1, prefill: 2, decode: 0.9 },
  { threads: 2, prefill: 1.5, decode: 0.8 },
] as const;
const TURNS = 5;
const WRITTEN_TOKENS = 40;

interface Speeds {
  readonly prefill: number;
  readonly decode: number;
  readonly score: number;
}

export async function measureEngines(stage: EnginesStage, report: (line: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { threads, prefill, decode } of TARGETS) {
    report(`ONNX Runtime against wllama with ${threads} thread${threads === 1 ? '' : 's'} …`);
    const turns = await stage.inTab(async (ort) =>
      stage.inTab(async (wllama) => {
        await ort.load('ours/ort', { threads, contextTokens: 1_024 });
        await wllama.load('ours/wllama', { threads, contextTokens: 1_024 });
        const measured = [];
        for (let turn = 0; turn <= TURNS; turn++) {
          const ours = await measureTurn(ort, 'ours/ort', turn);
          const rival = await measureTurn(wllama, 'ours/wllama', turn);
          // The first turn warms both.
          if (turn > 0) measured.push({ ours, rival });
        }
        return measured;
      }),
    );
    const row = (what: keyof Speeds, words: string, atLeast: number): BenchRow =>
      compareTurns(
        {
          name: `${words}, ONNX Runtime against wllama, ${threads} thread${threads === 1 ? '' : 's'}`,
          unit: what === 'score' ? 'answers/s' : 'tokens/s',
        },
        turns.map(({ ours, rival }) => ({ ours: ours[what], rival: rival[what] })),
        { atLeast },
      );
    rows.push(
      row('prefill', 'reading a prompt', prefill),
      row('decode', 'writing', decode),
      row('score', 'scoring an answer', 2),
    );
  }
  return rows;
}

async function measureTurn(tab: EnginesTab, side: 'ours/ort' | 'ours/wllama', turn: number): Promise<Speeds> {
  const question = longQuestion(turn);
  const read = await tab.write(side, { question, maxTokens: 1 });
  const written = await tab.write(side, { question: QUESTIONS[turn] ?? '', maxTokens: WRITTEN_TOKENS });
  const scored = await tab.scoreAnswer(`Once more, number ${turn}: ${QUESTIONS[turn] ?? ''}`, ANSWERS[turn] ?? '');
  return {
    prefill: (1000 * (read.promptTokens ?? Number.NaN)) / read.firstMs,
    decode: (1000 * (written.tokens - 1)) / (written.totalMs - written.firstMs),
    score: 1000 / scored.ms,
  };
}
