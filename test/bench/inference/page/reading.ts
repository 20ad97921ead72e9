import { type Engine, type Prompt, type ScoreRequest } from '#inference';
import { createJudge, defaultCalibration } from '#judging';
import { engine } from './ours.ts';

export interface ScoreTiming {
  readonly ms: number;
  readonly evaluatedTokens: number;
  readonly logProbabilities: readonly number[];
}

/** One answer to one question, neither seen before. */
export async function scoreAnswer(question: string, answer: string): Promise<ScoreTiming> {
  const startedMs = performance.now();
  const scored = await engine.score({
    prompt: [{ role: 'user', content: question }],
    continuations: [{ text: answer, ends: true }],
  });
  const ms = performance.now() - startedMs;
  if (!scored.ok) throw new Error(`${scored.error.type}: ${scored.error.message}`);
  const [score] = scored.value;
  return { ms, evaluatedTokens: score?.evaluatedTokens ?? 0, logProbabilities: score?.logProbabilities ?? [] };
}

export interface JudgedQuestion {
  readonly question: string;
  readonly answers: readonly string[];
}

/** Milliseconds to judge each question's answers; `isForgetful`: no prompt begins as an earlier one did. */
export async function countJudgements(
  questions: readonly JudgedQuestion[],
  isForgetful: boolean,
): Promise<readonly number[]> {
  const judge = createJudge({ scorer: isForgetful ? forgetting(engine) : engine, calibration: defaultCalibration });
  const times: number[] = [];
  for (const question of questions) {
    const startedMs = performance.now();
    const judged = await judge.judge(question);
    if (!judged.ok) throw new Error(judged.error.message);
    times.push(performance.now() - startedMs);
  }
  return times;
}

let prompts = 0;

/** Puts a number before every prompt and asks for one continuation at a time, so that nothing kept is of use. */
function forgetting(kept: Engine): Pick<Engine, 'score' | 'predict' | 'countTokens'> {
  const renew = (prompt: Prompt): Prompt => {
    const number = `${(7919 * ++prompts) % 9973}`;
    return 'plain' in prompt
      ? { plain: `${number}\n${prompt.plain}` }
      : [{ role: 'system', content: number }, ...prompt];
  };
  return {
    countTokens: kept.countTokens,
    predict: (request) => kept.predict({ ...request, prompt: renew(request.prompt) }),
    async score(request: ScoreRequest) {
      const scores = [];
      for (const continuation of request.continuations) {
        const scored = await kept.score({ ...request, prompt: renew(request.prompt), continuations: [continuation] });
        if (!scored.ok) return scored;
        scores.push(...scored.value);
      }
      return { ok: true, value: scores };
    },
  };
}
