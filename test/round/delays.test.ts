import { describe, expect, test } from 'vitest';
import type { RoundView } from '#round';
import { SILENCE_MS } from '../../src/round/deadline.ts';
import { ANSWERS, createRoundSim } from './round-sim.ts';

const stateOf = (view: RoundView, peer: string) => view.participants.find((one) => one.peer === peer);
const msOf = (view: RoundView, phase: string): number => {
  const found = view.phases.find((one) => one.phase === phase);
  return (found?.endedAtMs ?? Number.NaN) - (found?.startedAtMs ?? Number.NaN);
};
/** First estimates of these short steps, with slack. */
const FIRST_ESTIMATE_MS = 35_000;
const CEILING_MS = 150_000;

describe('waiting for a peer', () => {
  test('R4: one that reports but never advances is given its first estimate and no more', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(2).behaviour.msPerToken = Infinity;
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(msOf(view, 'answering')).toBeLessThanOrEqual(FIRST_ESTIMATE_MS);
    expect(msOf(view, 'answering')).toBeGreaterThan(SILENCE_MS);
    expect(view.answers).toHaveLength(4);
    expect(view.phase).toBe('settled');
    expect(view.verdict?.winner).toBe('peer3');
    // It was late with its answer, and still repeated the fit.
    expect(view.verdict?.agreedBy).toContain('peer2');
    expect(sim.peer(2).node.served()).toBeUndefined();
  });

  test('R4: a judge that reports but never advances costs its vote and not its answer', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(3).behaviour.judgeMsPerAnswer = Infinity;
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(msOf(view, 'judging')).toBeLessThanOrEqual(FIRST_ESTIMATE_MS);
    expect(view.verdict?.winner).toBe('peer3');
    expect(view.votes.some((vote) => vote.judge === 'peer3')).toBe(false);
    expect(view.votes).toHaveLength(4 * 3);
    expect(stateOf(view, 'peer3')).toMatchObject({ state: 'confirmed', reason: 'It was not ready in time.' });
  });

  test('R4: a slow one that advances is waited for far beyond its first estimate', async () => {
    const sim = await createRoundSim({ answers: [...ANSWERS.slice(0, 4), `worth 7${' and more'.repeat(45)}`] });
    sim.peer(4).behaviour.msPerToken = 900;
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(msOf(view, 'answering')).toBeGreaterThan(75_000);
    expect(view.answers).toHaveLength(5);
    expect(view.verdict?.agreedBy).toHaveLength(5);
  });

  test('R4: nobody is waited for beyond the ceiling, however steadily it advances', async () => {
    const sim = await createRoundSim({ answers: [...ANSWERS.slice(0, 4), `worth 7${' and more'.repeat(45)}`] });
    sim.peer(4).behaviour.msPerToken = 9_000;
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(msOf(view, 'answering')).toBeLessThanOrEqual(CEILING_MS + 1_000);
    expect(view.answers).toHaveLength(4);
    expect(view.phase).toBe('settled');
  });

  test('R3: one that falls silent is gone after the silence, and let in again while the others still work', async () => {
    let isSilent = false;
    const sim = await createRoundSim({
      answers: ANSWERS,
      tampers: { 2: (message) => (isSilent ? [] : [message]) },
    });
    sim.peer(2).behaviour.msPerToken = 5_000;
    sim.peer(1).behaviour.msPerToken = 6_000;
    sim.peer(0).node.ask('Which?');
    await sim.until(() => stateOf(sim.peer(0).node.asked() as RoundView, 'peer2')?.state === 'answering');
    isSilent = true;
    await sim.clock.advance(SILENCE_MS + 1_500);
    expect(stateOf(sim.peer(0).node.asked() as RoundView, 'peer2')).toMatchObject({
      state: 'gone',
      reason: 'It stopped reporting.',
    });
    isSilent = false;
    const view = await sim.finished();
    expect(view.answers).toHaveLength(5);
    expect(view.verdict?.agreedBy).toHaveLength(5);
  });

  test('R2: what is awaited, of whom and until when is shown', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(2).behaviour.msPerToken = 3_000;
    sim.peer(0).node.ask('Which?');
    await sim.clock.advance(3_000);
    const view = sim.peer(0).node.asked();
    expect(view?.awaiting).toMatchObject({ what: 'answers', peers: ['peer2'] });
    expect(view?.awaiting?.untilMs).toBeGreaterThan(sim.clock.now());
    await sim.finished();
  });
});

describe('failures', () => {
  test('R14: an engine that fails in answering costs its peer the answer', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(1).behaviour.answeringFails = true;
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(stateOf(view, 'peer1')).toMatchObject({ state: 'declined', reason: 'Its engine failed.' });
    expect(view.verdict?.agreedBy).toHaveLength(4);
    expect(sim.peer(1).node.served()).toBeUndefined();
  });

  test('R14: the engine of the asker itself may fail', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(0).behaviour.answeringFails = true;
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(view.provisional.state).toBe('failed');
    expect(view.phase).toBe('settled');
    expect(view.verdict?.winner).toBe('peer3');
  });

  test('R14: an engine that fails in judging costs its peer the vote', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(3).behaviour.judgingFails = true;
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(view.answers).toHaveLength(5);
    expect(view.verdict?.winner).toBe('peer3');
    expect(view.votes).toHaveLength(4 * 3);
    expect(stateOf(view, 'peer3')?.state).toBe('declined');
  });

  test('R14: when every judge fails the answers stand unranked', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    for (const peer of sim.peers) peer.behaviour.judgingFails = true;
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(view.phase).toBe('settled');
    expect(view.note?.type).toBe('no-ballots');
    expect(view.answers).toHaveLength(5);
    expect(view.ranking).toEqual([]);
  });

  test('R14: when every engine fails the round fails', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    for (const peer of sim.peers) peer.behaviour.answeringFails = true;
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(view.phase).toBe('failed');
    expect(view.note?.type).toBe('no-answers');
  });

  test.each([
    ['inviting', 'failed'],
    ['answering', 'failed'],
    ['judging', 'failed'],
  ] as const)('R14: an asker that can no longer sign while %s ends the round', async (phase, outcome) => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(0).node.ask('Which?');
    await sim.reach(phase);
    sim.peer(0).behaviour.signingFails = true;
    const view = await sim.finished();
    expect(view.phase).toBe(outcome);
    expect(view.note?.type).toBe('cannot-sign');
    for (const peer of sim.peers) expect(peer.node.served()).toBeUndefined();
  });

  test('R14: a participant that can no longer sign says so and leaves', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(2).behaviour.signingFails = true;
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(stateOf(view, 'peer2')).toMatchObject({ state: 'declined', reason: 'It could not sign.' });
    expect(view.verdict?.agreedBy).toHaveLength(4);
  });

  test('R14: a ledger that is lost keeps nobody busy', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    for (const peer of sim.peers) peer.behaviour.storingFails = true;
    for (const question of ['First?', 'Second?']) {
      sim.peer(0).node.ask(question);
      const view = await sim.finished();
      expect(view.verdict?.agreedBy).toHaveLength(5);
    }
    expect(sim.peer(0).ended).toHaveLength(2);
    expect(sim.peer(1).ended).toHaveLength(2);
  });
});
