import { describe, expect, test } from 'vitest';
import type { RecordOf } from '#reputation';
import { type PeerId, type RecordId, asPeerId } from '#vocabulary';
import { PATIENCE_MS } from '../../src/round/deadline.ts';
import { type SlateEntry, tallyBallots } from '../../src/round/tally.ts';
import { ROUND_PROTOCOL, type WireMessage, encodeMessage } from '../../src/round/wire.ts';
import { ANSWERS, createRoundSim, type RoundSim } from './round-sim.ts';
import { type Forge, type Tamper, readRecord } from './tampering-swarm.ts';

const VICTIM = asPeerId('peer3');
type Of<T extends WireMessage['t']> = Extract<WireMessage, { t: T }>;

/** Asks as a hostile asker; gives the sim when all is over. */
async function askAs(tamper: Tamper): Promise<RoundSim> {
  const sim = await createRoundSim({ answers: ANSWERS, tampers: { 0: tamper } });
  sim.peer(0).node.ask('Which?');
  await sim.finished();
  // Whatever the asker does, nobody stays busy for longer than its patience.
  await sim.clock.advance(Math.max(...Object.values(PATIENCE_MS)) + 1_000);
  for (const peer of sim.peers) expect(peer.node.served()).toBeUndefined();
  expect(sim.network.handlerErrors).toEqual([]);
  return sim;
}

/** What this peer signed about the verdict: that it agrees, or why not. */
function judgementOf(sim: RoundSim, index: number): string | undefined {
  for (const record of sim.peer(index).records.values()) {
    if (record.author !== sim.peer(index).id) continue;
    if (record.type === 'confirmation') return 'agrees';
    if (record.type === 'dispute') return (record.body as { reason: string }).reason;
  }
  return undefined;
}

const judgements = (sim: RoundSim): (string | undefined)[] => [1, 2, 3, 4].map((index) => judgementOf(sim, index));

type VerdictBody = RecordOf<'verdict'>['body'];

/** What a hostile asker remembers of the round, and the verdict that follows from the ballots it admits to. */
function createEvidence() {
  let answersPerJudge = 0;
  let lineup: RecordOf<'lineup'> | undefined;
  let slate: readonly SlateEntry[] = [];
  return {
    note(message: WireMessage): void {
      if (message.t === 'ask') ({ answersPerJudge } = readRecord(message.record, 'ask').body);
      if (message.t === 'lineup') lineup = readRecord(message.record, 'lineup');
      if (message.t !== 'slate') return;
      slate = message.reveals.map(({ record }) => {
        const { author, body } = readRecord(record, 'reveal');
        return { commit: body.commit, author };
      });
    },
    judge(ballots: readonly RecordOf<'ballot'>[]): VerdictBody {
      if (lineup === undefined) throw new Error('There is no lineup yet.');
      const { round, commits } = lineup.body;
      const input = { round, lineup: commits, slate, ballots, answersPerJudge, standingOf: () => 0.5 };
      const tally = tallyBallots(input);
      if (!tally.ok) throw new Error(tally.error.message);
      const rows = tally.value.ranking.order;
      return {
        round,
        lineup: lineup.id,
        ballots: ballots.map((ballot) => ballot.id).toSorted(),
        order: tally.value.order,
        strengths: rows.map((row) => row.strength),
        lows: rows.map((row) => row.low),
        highs: rows.map((row) => row.high),
        pBest: rows.map((row) => row.pBest),
      };
    },
  };
}

/** A verdict that follows from fewer ballots than there were, all figures right. */
function verdictWithout(isLeftOut: (ballot: RecordOf<'ballot'>) => boolean): Tamper {
  const evidence = createEvidence();
  return async (message, { forge }) => {
    evidence.note(message);
    if (message.t !== 'verdict') return [message];
    const ballots = message.ballots.filter((bytes) => !isLeftOut(readRecord(bytes, 'ballot')));
    const body = evidence.judge(ballots.map((bytes) => readRecord(bytes, 'ballot')));
    return [{ ...message, ballots, record: await forge('verdict', body, [body.lineup]) }];
  };
}

const verdictChanged =
  (change: (body: VerdictBody) => VerdictBody): Tamper =>
  async (message, { forge }) => {
    if (message.t !== 'verdict') return [message];
    const { body, parents } = readRecord(message.record, 'verdict');
    return [{ ...message, record: await forge('verdict', change(body), parents) }];
  };

describe('an asker that leaves something out', () => {
  test('R8: a ballot: its judge disputes, and the others could not know', async () => {
    const sim = await askAs(verdictWithout((ballot) => ballot.author === VICTIM));
    expect(judgements(sim)).toEqual(['agrees', 'agrees', 'My ballot was left out.', 'agrees']);
  });

  test('R8: every ballot: all dispute', async () => {
    const sim = await askAs(verdictWithout(() => true));
    expect(judgements(sim)).toEqual(Array(4).fill('My ballot was left out.'));
  });

  test('R8: the commit of a ballot: its judge disputes, and the others could not know', async () => {
    const sim = await askAs((message) => [
      message.t === 'ballot-box'
        ? { ...message, commits: message.commits.filter((one) => readRecord(one, 'ballot-commit').author !== VICTIM) }
        : message,
    ]);
    expect(judgements(sim)).toEqual(['agrees', 'agrees', 'My ballot was left out.', 'agrees']);
  });

  test('R8: an answer from the lineup: its author disputes', async () => {
    const sim = await askAs(async (message, { forge }) =>
      message.t === 'lineup' ? [await smaller(message, forge)] : [message],
    );
    expect(judgementOf(sim, 3)).toBe('My answer was left out.');
  });

  test('R8: an answer from the slate: its author disputes', async () => {
    const sim = await askAs((message) => [
      message.t === 'slate'
        ? {
            ...message,
            reveals: message.reveals.filter(({ record }) => readRecord(record, 'reveal').author !== VICTIM),
          }
        : message,
    ]);
    expect(judgementOf(sim, 3)).toBe('My answer was left out.');
  });

  test("R16: a dispute: its author's ledger keeps it all the same, and nothing that was slipped in", async () => {
    const falsify = verdictChanged((body) => ({ ...body, strengths: body.strengths.map((value) => value + 1) }));
    const sim = await askAs(async (message, context) => {
      if (message.t !== 'settled') return falsify(message, context);
      const foreign = {
        round: message.round,
        verdict: readRecord(message.confirmations[0]!, 'confirmation').id,
        order: [],
      };
      return [{ ...message, confirmations: [await context.forge('confirmation', foreign, [])] }];
    });
    expect(judgements(sim)).toEqual(Array(4).fill('The ballots give other strengths.'));
    const confirmations = [...sim.peer(1).records.values()].filter((record) => record.type === 'confirmation');
    expect(confirmations).toEqual([]);
  });
});

/** A lineup without the victim's commit. */
async function smaller(message: Of<'lineup'>, forge: Forge): Promise<WireMessage> {
  const commits = message.commits.filter((one) => readRecord(one, 'commit').author !== VICTIM);
  const { body, parents } = readRecord(message.record, 'lineup');
  const ids = commits.map((one) => readRecord(one, 'commit').id).toSorted();
  return { ...message, commits, record: await forge('lineup', { ...body, commits: ids }, parents) };
}

describe('an asker that states something false', () => {
  test('R8: another order: all dispute', async () => {
    const sim = await askAs(verdictChanged((body) => ({ ...body, order: body.order.toReversed() })));
    expect(judgements(sim)).toEqual(Array(4).fill('The ballots give another order.'));
  });

  test.each(['strengths', 'lows', 'highs', 'pBest'] as const)('R8: other %s: all dispute', async (figure) => {
    const sim = await askAs(
      verdictChanged((body) => ({ ...body, [figure]: body[figure].map((value) => value * 0.999 + 1e-5) })),
    );
    expect(judgements(sim)).toEqual(Array(4).fill('The ballots give other strengths.'));
  });

  test('R8: a ballot that was not passed on: all dispute', async () => {
    const sim = await askAs((message) => [
      message.t === 'verdict' ? { ...message, ballots: message.ballots.slice(1) } : message,
    ]);
    expect(judgements(sim)).toEqual(Array(4).fill('The ballots passed on are not those the verdict names.'));
  });

  test('R8: another lineup to one peer: that peer disputes', async () => {
    const sim = await askAs(async (message, { to, forge }) => {
      if (message.t !== 'lineup' || to !== asPeerId('peer1')) return [message];
      const { body, parents } = readRecord(message.record, 'lineup');
      return [{ ...message, record: await forge('lineup', body, [...parents, body.commits[0] as RecordId]) }];
    });
    expect(judgements(sim)).toEqual([expect.stringContaining('left out'), 'agrees', 'agrees', 'agrees']);
  });

  test('R8: a verdict about another lineup: all dispute', async () => {
    const sim = await askAs(verdictChanged((body) => ({ ...body, lineup: body.order[0] as RecordId })));
    expect(judgements(sim)).toEqual(Array(4).fill('The verdict is about another lineup than the one I was sent.'));
  });

  test('R8: a verdict without any vote: all dispute', async () => {
    // Sent before anybody has a ballot to miss; the order of no votes at all is easily got right.
    const evidence = createEvidence();
    const sim = await askAs(async (message, { forge }) => {
      evidence.note(message);
      if (message.t !== 'slate') return [message];
      const body = evidence.judge([]);
      const record = await forge('verdict', body, [body.lineup]);
      const { round } = message;
      return [message, { t: 'ballot-box', round, commits: [] }, { t: 'verdict', round, record, ballots: [] }];
    });
    expect(judgements(sim)).toEqual(Array(4).fill('There is no vote that counts.'));
  });
});

describe('an asker that breaks the order of things', () => {
  test('R5: a slate before the lineup makes nobody judge', async () => {
    const held = new Map<PeerId, WireMessage>();
    const sim = await askAs((message, { to }) => {
      if (message.t === 'lineup' && to === VICTIM) {
        held.set(to, message);
        return [];
      }
      const lineup = held.get(to);
      return message.t === 'slate' && lineup !== undefined ? [message, lineup] : [message];
    });
    expect(sim.peer(3).behaviour.ballotsBegun).toBe(0);
    expect(judgementOf(sim, 3)).not.toBe('agrees');
  });

  test('R6: two answers of one author make the lineup void', async () => {
    const sim = await askAs(async (message, { forge }) => {
      if (message.t !== 'lineup') return [message];
      const { body, parents } = readRecord(message.record, 'lineup');
      const own = readRecord(
        message.commits.find((one) => readRecord(one, 'commit').author === 'peer0')!,
        'commit',
      );
      const second = await forge('commit', { ...own.body, digest: new Uint8Array(32) }, own.parents);
      const commits = [...body.commits, readRecord(second, 'commit').id].toSorted();
      const record = await forge('lineup', { ...body, commits }, parents);
      return [{ ...message, record, commits: [...message.commits, second] }];
    });
    for (const peer of sim.peers.slice(1)) expect(peer.ended[0]?.note?.message).toBe('The lineup breaks the rules.');
  });

  test('R13: so does a commit to another question of the same round id', async () => {
    const sim = await askAs(async (message, { forge }) => {
      if (message.t !== 'lineup') return [message];
      const { body, parents } = readRecord(message.record, 'lineup');
      const own = message.commits.find((one) => readRecord(one, 'commit').author === 'peer0')!;
      const other = await forge('commit', readRecord(own, 'commit').body, []);
      const commits = message.commits.map((one) => (one === own ? other : one));
      const ids = commits.map((one) => readRecord(one, 'commit').id).toSorted();
      return [{ ...message, record: await forge('lineup', { ...body, commits: ids }, parents), commits }];
    });
    for (const peer of sim.peers.slice(1)) expect(peer.ended[0]?.note?.message).toBe('The lineup breaks the rules.');
  });

  test('R6: an answer passed on twice has one place', async () => {
    const sim = await askAs((message) => [
      message.t === 'slate' ? { ...message, reveals: [...message.reveals, ...message.reveals] } : message,
    ]);
    expect(judgements(sim)).toEqual(Array(4).fill('agrees'));
  });

  test.each<[string, (one: { peer: PeerId; model: string; standing: number }) => object]>([
    ['without it', (one) => ({ ...one, peer: 'peer9' })],
    ['under another model', (one) => ({ ...one, model: 'other' })],
  ])('R9: a peer whose round begins %s leaves', async (_, change) => {
    const sim = await askAs(async (message, { to, forge }) => {
      if (message.t !== 'roster' || to !== VICTIM) return [message];
      const { body, parents } = readRecord(message.record, 'roster');
      const participants = body.participants.map((one) => (one.peer === VICTIM ? change(one) : one));
      const changed = { ...body, participants: participants as typeof body.participants };
      return [{ ...message, record: await forge('roster', changed, parents) }];
    });
    expect(sim.peer(3).ended[0]?.note?.message).toBe('The round began without this peer.');
  });

  test('R9: repeating itself buys a stalling asker no time', async () => {
    let roster: WireMessage | undefined;
    const sim = await createRoundSim({
      answers: ANSWERS,
      tampers: {
        0: (message) => {
          if (message.t === 'roster') roster = message;
          return message.t === 'ask' || message.t === 'roster' ? [message] : [];
        },
      },
    });
    sim.peer(0).node.ask('Which?');
    await sim.until(() => roster !== undefined);
    for (let elapsedMs = 0; elapsedMs < PATIENCE_MS.lineup; elapsedMs += 10_000) {
      await sim.clock.advance(10_000);
      const bytes = encodeMessage(roster as WireMessage);
      for (const peer of sim.peers.slice(1)) void sim.peer(0).swarm.send(peer.id, ROUND_PROTOCOL, bytes);
    }
    for (const peer of sim.peers.slice(1)) expect(peer.node.served()).toBeUndefined();
  });
});
