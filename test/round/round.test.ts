import { describe, expect, test } from 'vitest';
import { createRoundSim, worthOf } from './round-sim.ts';

const ANSWERS = [
  'worth 1 words here',
  'worth 5 words here',
  'worth 3 words here',
  'worth 9 words here',
  'worth 7 words',
];

describe('a round', () => {
  test('R1: five peers answer, judge each other and all compute the same order', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    const [asker] = sim.peers;
    asker?.node.ask('Which?');
    await sim.until(() => asker?.node.asked()?.phase === 'settled');
    const view = asker?.node.asked();
    expect(view?.answers).toHaveLength(5);
    expect(view?.verdict?.agreedBy).toHaveLength(5);
    expect(view?.verdict?.disputedBy).toEqual([]);
    expect(view?.verdict?.winner).toBe('peer3');
    expect(view?.ranking.map((row) => row.peer)).toEqual(['peer3', 'peer4', 'peer1', 'peer2', 'peer0']);
    expect(worthOf(view?.provisional.text ?? '')).toBe(1);
  });
});
