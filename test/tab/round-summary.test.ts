import { describe, expect, test } from 'vitest';
import { otherAnswersOf, shownAnswerOf } from '../../src/tab/ask/round-summary.ts';
import { runningRound, settledRound } from './fixtures/rounds.ts';

describe('R10: the answer that is shown', () => {
  test('R10: is the winner’s once there is a verdict, and the others stay', () => {
    const round = settledRound(4, 1);
    const shown = shownAnswerOf(round);
    expect(shown).toMatchObject({ peer: round.verdict?.winner, isVerdict: true });
    expect(otherAnswersOf(round)).toHaveLength(3);
    expect(otherAnswersOf(round).map((answer) => answer.peer)).not.toContain(shown.peer);
  });

  test('R10: is the asker’s own as it streams, whatever else has been revealed', () => {
    const round = runningRound('judging');
    expect(shownAnswerOf(round)).toMatchObject({ text: round.provisional.text, peer: round.asker, isVerdict: false });
  });

  test('R10: is the asker’s own as it was committed when the round ends without a verdict', () => {
    const round = settledRound(2, 0, { verdict: undefined, ranking: [], votes: [] });
    const own = round.answers.find((answer) => answer.peer === round.asker);
    expect(shownAnswerOf(round).text).toBe(own?.text);
    expect(otherAnswersOf(round)).toHaveLength(1);
  });

  test('R10: is another’s when the asker has no model and nobody could judge', () => {
    const whole = settledRound(3, 0);
    const round = {
      ...whole,
      verdict: undefined,
      ranking: [],
      votes: [],
      provisional: { state: 'none', text: '', tokens: 0, firstTokenMs: undefined } as const,
      answers: whole.answers.filter((answer) => answer.peer !== whole.asker),
    };
    expect(shownAnswerOf(round)).toMatchObject({ text: round.answers[0]?.text, isVerdict: false });
    expect(otherAnswersOf(round)).toHaveLength(1);
  });
});
