import { describe, expect, test } from 'vitest';
import { type RoundId, asRoundId } from '#vocabulary';
import { chooseParameters, type RoundParameters, type RoundView } from '#round';
import { digestText } from '../../src/round/commitment.ts';
import { ASK_FRESHNESS_MS } from '../../src/round/constants.ts';
import { type WireMessage, decodeMessage, encodeMessage, ROUND_PROTOCOL } from '../../src/round/wire.ts';
import { createRecord, encodeRecord } from '#reputation';
import { ANSWERS, createRoundSim, type RoundSim } from './round-sim.ts';
import { scriptedSigner } from './scripted-peer.ts';

const reasonOf = (view: RoundView, peer: string): string | undefined =>
  view.participants.find((one) => one.peer === peer)?.reason;

/** A question by the first peer, whose own node stays out of it; gives what the second peer says to it. */
async function invite(
  sim: RoundSim,
  change: {
    readonly question?: string;
    readonly timeMs?: number;
    readonly parameters?: Partial<RoundParameters>;
    readonly round?: RoundId;
  } = {},
): Promise<{ readonly ask: Uint8Array; readonly replies: WireMessage[] }> {
  const { question = 'Which?', timeMs = sim.clock.now() } = change;
  const { maxTokens, temperatureThousandths, answersPerJudge } = { ...chooseParameters([]), ...change.parameters };
  const round = change.round ?? asRoundId('00112233445566778899aabbccddeeff');
  const body = { round, questionDigest: digestText('Which?'), maxTokens, temperature: temperatureThousandths };
  const record = await createRecord(
    { type: 'ask', body: { ...body, answersPerJudge }, parents: [] },
    { signer: scriptedSigner(sim.peer(0).id), nowMs: timeMs },
  );
  const ask = encodeMessage({ t: 'ask', round, record: encodeRecord(record), question });
  const replies = repliesOf(sim);
  await sim.peer(0).swarm.send(sim.peer(1).id, ROUND_PROTOCOL, ask);
  await sim.clock.advance(1_000);
  return { ask, replies };
}

const heard = new WeakMap<RoundSim, WireMessage[]>();
function repliesOf(sim: RoundSim): WireMessage[] {
  const known = heard.get(sim);
  if (known !== undefined) return known;
  const replies: WireMessage[] = [];
  heard.set(sim, replies);
  sim.peer(0).node.close();
  sim.peer(0).swarm.handle(ROUND_PROTOCOL, (_, bytes) => {
    const message = decodeMessage(bytes);
    if (message.ok) replies.push(message.value);
  });
  return replies;
}

describe('declining', () => {
  test('R15: a peer that serves another round, asks itself, does not contribute or closes says so', async () => {
    const sim = await createRoundSim({ answers: [...ANSWERS, 'worth 2', 'worth 3'] });
    sim.peer(4).behaviour.msPerToken = 60_000;
    for (const index of [2, 3, 4, 5, 6]) sim.peer(index).node.setContributing(index !== 2);
    sim.peer(1).node.ask('First?');
    await sim.clock.advance(500);
    sim.peer(3).node.close();
    sim.peer(0).node.ask('Second?');
    await sim.clock.advance(500);
    const view = sim.peer(0).node.asked() as RoundView;
    expect(reasonOf(view, 'peer1')).toBe('It is busy with another round.');
    expect(reasonOf(view, 'peer2')).toBe('It does not contribute now.');
    expect(reasonOf(view, 'peer5')).toBe('It is busy with another round.');
    const first = sim.peer(1).node.asked() as RoundView;
    expect(reasonOf(first, 'peer0')).toBe('Its owner asked a question of their own.');
    expect(reasonOf(first, 'peer3')).toBe('It is closing.');
    await sim.finished(0);
    await sim.finished(1);
  });

  test("R10: the owner's question ends the round served for another at once", async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(0).node.ask('First?');
    await sim.reach('judging');
    sim.peer(3).node.ask('Mine?');
    expect(sim.peer(3).node.served()).toBeUndefined();
    const first = await sim.finished(0);
    expect(reasonOf(first, 'peer3')).toBe('Its owner asked a question of their own.');
    expect(first.verdict?.winner).toBe('peer3');
    expect(first.verdict?.agreedBy).not.toContain('peer3');
    const mine = await sim.finished(3);
    expect(mine.phase).toBe('settled');
  });

  test('R15: turning contribution off ends the round served now', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(0).node.ask('First?');
    await sim.reach('judging');
    sim.peer(2).node.setContributing(false);
    expect(sim.peer(2).node.served()).toBeUndefined();
    const view = await sim.finished();
    expect(reasonOf(view, 'peer2')).toBe('It does not contribute now.');
    expect(view.verdict?.agreedBy).toHaveLength(4);
  });
});

describe('what a stranger may ask for', () => {
  test('R15: a question within bounds is accepted', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    const { replies } = await invite(sim);
    expect(replies.map((reply) => reply.t)).toEqual(['accept', 'commit']);
  });

  test.each<[string, Partial<RoundParameters>]>([
    ['no tokens', { maxTokens: 0 }],
    ['too many tokens', { maxTokens: 513 }],
    ['noise', { temperatureThousandths: 2_001 }],
    ['too much reading', { answersPerJudge: 9 }],
  ])('R15: %s is declined', async (_, parameters) => {
    const sim = await createRoundSim({ answers: ANSWERS });
    const { replies } = await invite(sim, { parameters });
    expect(replies).toMatchObject([{ t: 'decline', reason: 'out-of-bounds' }]);
    expect(sim.peer(1).behaviour.answersBegun).toBe(0);
  });

  test('R15: a question that fills the context is declined', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(0).node.ask('x'.repeat(2_000));
    await sim.clock.advance(500);
    expect(reasonOf(sim.peer(0).node.asked() as RoundView, 'peer1')).toBe('The question is too long for its model.');
    await sim.finished();
  });

  test.each([-1, 1])('R15: clocks may differ by minutes (%i)', async (sign) => {
    const sim = await createRoundSim({ answers: ANSWERS });
    const { replies } = await invite(sim, { timeMs: sim.clock.now() + sign * (ASK_FRESHNESS_MS - 1_000) });
    expect(replies[0]?.t).toBe('accept');
  });

  test('R15: an old question is declined', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    const { replies } = await invite(sim, { timeMs: sim.clock.now() - ASK_FRESHNESS_MS - 1_000 });
    expect(replies).toMatchObject([{ t: 'decline', reason: 'stale' }]);
  });

  test('R15: a text that is not the one signed is not answered', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    const { replies } = await invite(sim, { question: 'Another?' });
    expect(replies).toEqual([]);
    expect(sim.peer(1).behaviour.answersBegun).toBe(0);
  });

  test("R13: a question under the round of this peer's own last one leaves that as it was", async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(1).node.ask('Mine?');
    const mine = await sim.finished(1);
    sim.peer(1).behaviour.answer = 'worth 8 to a stranger';
    const { replies } = await invite(sim, { round: mine.id });
    expect(replies.map((reply) => reply.t)).toEqual(['accept', 'commit']);
    expect(sim.peer(1).node.asked()).toEqual(mine);
    await sim.clock.advance(1_000_000);
    expect(sim.peer(1).ended.map((view) => view.role)).toEqual(['asker', 'participant']);
  });

  test('R18: nobody commits to one question twice, not even after a reload', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    const { ask, replies } = await invite(sim);
    const { round } = replies[0] as WireMessage;
    await sim.peer(0).swarm.send(sim.peer(1).id, ROUND_PROTOCOL, encodeMessage({ t: 'stop', round, reason: '' }));
    await sim.clock.advance(1_000);
    expect(sim.peer(1).node.served()).toBeUndefined();
    await sim.peer(0).swarm.send(sim.peer(1).id, ROUND_PROTOCOL, ask);
    await sim.clock.advance(1_000);
    expect(sim.peer(1).behaviour.answersBegun).toBe(1);
    expect(replies.filter((reply) => reply.t === 'commit')).toHaveLength(1);
    // The record of the question stands in the ledger as soon as the commit is signed: that is what a reload finds.
    expect([...sim.peer(1).records.values()].map((record) => record.type).toSorted()).toEqual(['ask', 'commit']);
  });

  test('R18: a question found in the ledger is not served again', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    const first = await invite(sim);
    const other = await createRoundSim({ answers: ANSWERS });
    for (const [id, record] of sim.peer(1).records) other.peer(1).records.set(id, record);
    await other.clock.advance(sim.clock.now() - other.clock.now());
    const replies = repliesOf(other);
    await other.peer(0).swarm.send(other.peer(1).id, ROUND_PROTOCOL, first.ask);
    await other.clock.advance(1_000);
    expect(replies).toEqual([]);
    expect(other.peer(1).behaviour.answersBegun).toBe(0);
  });
});
