import { describe, expect, test } from 'vitest';
import { ANSWERS, createRoundSim, type RoundSim } from './round-sim.ts';
import { worthOf } from './scripted-peer.ts';

const busy = (sim: RoundSim): number => sim.peers.filter((peer) => peer.node.served() !== undefined).length;

describe('a round', () => {
  test('R1: five peers answer, judge each other and all compute the same order', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(view.phase).toBe('settled');
    expect(view.answers).toHaveLength(5);
    expect(view.verdict?.agreedBy).toHaveLength(5);
    expect(view.verdict?.disputedBy).toEqual([]);
    expect(view.verdict?.winner).toBe('peer3');
    expect(view.ranking.map((row) => row.peer)).toEqual(['peer3', 'peer4', 'peer1', 'peer2', 'peer0']);
    expect(worthOf(view.provisional.text)).toBe(1);
    for (const { ended } of sim.peers.slice(1)) {
      expect(ended[0]?.ranking).toEqual(view.ranking);
      expect(ended[0]?.verdict?.agreedBy.toSorted()).toEqual(view.verdict?.agreedBy.toSorted());
    }
    expect(busy(sim)).toBe(0);
  });

  test('R2: the phases follow each other without a gap', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(0).node.ask('Which?');
    const { phases } = await sim.finished();
    const order = ['inviting', 'answering', 'revealing', 'judging', 'opening', 'confirming', 'settled'];
    expect(phases.map((one) => one.phase)).toEqual(order);
    for (const [index, one] of phases.entries())
      if (index > 0) expect(one.startedAtMs).toBe(phases[index - 1]?.endedAtMs);
  });

  test('R16: all peers keep every record of the round, and the same ones', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(0).node.ask('Which?');
    await sim.finished();
    const ids = sim.peers.map((peer) => [...peer.records.keys()].toSorted());
    // ask, roster, lineup, verdict; commit, reveal, ballot commit, ballot, confirmation of each.
    expect(ids[0]).toHaveLength(4 + 5 * 5);
    for (const held of ids) expect(held).toEqual(ids[0]);
  });

  test('R11: alone it gives its own answer and says that there was nothing to compare', async () => {
    const sim = await createRoundSim({ answers: ['worth 4'] });
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(view.phase).toBe('settled');
    expect(view.note?.type).toBe('alone');
    expect(view.provisional).toMatchObject({ state: 'done', text: 'worth 4' });
    expect(view.answers.map((answer) => answer.text)).toEqual(['worth 4']);
  });

  test('R11: two peers answer, and nobody judges its own rival', async () => {
    const sim = await createRoundSim({ answers: ['worth 4', 'worth 6'] });
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(view.phase).toBe('settled');
    expect(view.note?.type).toBe('too-few-judges');
    expect(view.answers).toHaveLength(2);
    expect(sim.peers.map((peer) => peer.behaviour.ballotsBegun)).toEqual([0, 0]);
    expect(busy(sim)).toBe(0);
  });

  test('R11: with nobody to answer it fails at once and says what to do', async () => {
    const sim = await createRoundSim({ answers: [undefined, undefined] });
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(view.phase).toBe('failed');
    expect(view.note).toMatchObject({ type: 'nobody-answers', remedy: expect.stringContaining('model') });
    expect(sim.peer(0).ended).toHaveLength(1);
  });

  test('R11: an asker without a model gets a verdict from three others', async () => {
    const sim = await createRoundSim({ answers: [undefined, 'worth 2', 'worth 8', 'worth 5'] });
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(view.provisional.state).toBe('none');
    expect(view.verdict?.winner).toBe('peer2');
    expect(view.verdict?.confirmsProvisional).toBe(false);
    expect(view.verdict?.agreedBy.toSorted()).toEqual(['peer0', 'peer1', 'peer2', 'peer3']);
  });

  test('R1: 35 peers reach one order; a peer beyond that is not asked', { timeout: 60_000 }, async () => {
    const answers = Array.from({ length: 36 }, (_, index) => `worth ${(index * 7) % 36}`);
    const sim = await createRoundSim({ answers });
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(view.participants).toHaveLength(35);
    expect(view.answers).toHaveLength(35);
    expect(view.verdict?.agreedBy).toHaveLength(35);
    expect(view.votes).toHaveLength(35 * 3);
    expect(sim.peers.filter((peer) => peer.behaviour.answersBegun === 0)).toHaveLength(1);
  });

  test('R10: a second question waits for the first', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    const { node } = sim.peer(0);
    expect(node.ask('First?')).toBeDefined();
    expect(node.ask('Second?')).toBeUndefined();
    await sim.finished();
    expect(node.ask('Second?')).toBeDefined();
    const view = await sim.finished();
    expect(view).toMatchObject({ question: 'Second?', phase: 'settled' });
    expect(view.verdict?.agreedBy).toHaveLength(5);
    expect(sim.peer(0).ended.map((one) => one.question)).toEqual(['First?', 'Second?']);
  });

  test('R17: the same seed gives the same messages at the same times', async () => {
    const runs = [];
    for (const seed of ['a', 'a', 'b']) {
      const sim = await createRoundSim({ answers: ANSWERS, seed });
      sim.peer(0).node.ask('Which?');
      await sim.finished();
      runs.push(sim.transcript);
    }
    expect(runs[0]?.length).toBeGreaterThan(50);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).not.toEqual(runs[0]);
  });
});
