import { describe, expect, test } from 'vitest';
import type { RoundView } from '#round';
import { MAX_MESSAGE_BYTES } from '#swarm';
import { type RecordId, type RoundId, asPeerId, asRoundId } from '#vocabulary';
import { type SealedBallot, createRecord, digestBallot, encodeRecord } from '#reputation';
import { digestAnswer, digestText } from '../../src/round/commitment.ts';
import { MAX_ANSWER_BYTES, MAX_PASSED_ON_BYTES } from '../../src/round/constants.ts';
import { MAX_PARTICIPANTS } from '../../src/round/parameters.ts';
import { type WireMessage, encodeMessage } from '../../src/round/wire.ts';
import { ANSWERS, createRoundSim, type RoundSim } from './round-sim.ts';
import { scriptedSigner } from './scripted-peer.ts';
import { type Eavesdrop, type Forge, type Tamper, readRecord } from './tampering-swarm.ts';

const HOSTILE = 2;
const salt = new Uint8Array(16).fill(7);

/** Runs a round in which the third peer is hostile. The others must agree whatever it does. */
async function runAgainst(tamper: Tamper): Promise<{ readonly sim: RoundSim; readonly view: RoundView }> {
  const sim = await createRoundSim({ answers: ANSWERS, tampers: { [HOSTILE]: tamper } });
  // It is done long before the others, so that what it sends too early arrives too early.
  Object.assign(sim.peer(HOSTILE).behaviour, { msPerToken: 10, judgeMsPerAnswer: 100 });
  sim.peer(0).node.ask('Which?');
  const view = await sim.finished();
  const honest = ['peer0', 'peer1', 'peer3', 'peer4'];
  expect(view.phase).toBe('settled');
  expect(view.verdict?.agreedBy).toEqual(expect.arrayContaining(honest));
  expect(view.verdict?.winner).toBe('peer3');
  expect(sim.network.handlerErrors).toEqual([]);
  return { sim, view };
}

const hostileIn = (view: RoundView) => view.participants.find((one) => one.peer === 'peer2');
const votesOfHostile = (view: RoundView) => view.votes.filter((vote) => vote.judge === 'peer2');
const authors = (view: RoundView) => view.answers.map((answer) => answer.peer).toSorted();
const WITHOUT_HOSTILE = ['peer0', 'peer1', 'peer3', 'peer4'];

describe('a hostile answerer', () => {
  test('R5: an answer that is not the one committed to is out', async () => {
    const { view } = await runAgainst((message) =>
      message.t === 'reveal' ? [{ ...message, text: 'worth 99' }] : [message],
    );
    expect(authors(view)).toEqual(WITHOUT_HOSTILE);
    // It claims to have been left out; nobody else does.
    expect(view.verdict?.disputedBy).toEqual(['peer2']);
  });

  test('R5: another salt, or a reveal of another digest, is out', async () => {
    const { view } = await runAgainst((message) => (message.t === 'reveal' ? [{ ...message, salt }] : [message]));
    expect(authors(view)).toEqual(WITHOUT_HOSTILE);
    const other = await runAgainst(async (message, { forge }) => {
      if (message.t !== 'reveal') return [message];
      const { body, parents } = readRecord(message.record, 'reveal');
      return [{ ...message, record: await forge('reveal', { ...body, answerDigest: digestText('x') }, parents) }];
    });
    expect(authors(other.view)).toEqual(WITHOUT_HOSTILE);
  });

  test('R5: an answer shown before the lineup is fixed counts for nobody', async () => {
    const { view } = await runAgainst(async (message, { forge }) => {
      if (message.t === 'reveal') return [];
      if (message.t !== 'commit') return [message];
      const { body, parents } = readRecord(message.record, 'commit');
      const { round } = body;
      const text = 'worth 99';
      const digest = digestAnswer({ round, peer: asPeerId('peer2'), model: 'scripted', text, salt });
      const commit = await forge('commit', { round, digest }, parents);
      const opened = readRecord(commit, 'commit').id;
      const reveal = await forge('reveal', { round, commit: opened, answerDigest: digestText(text) }, []);
      return [
        { t: 'commit', round, record: commit },
        { t: 'reveal', round, record: reveal, text, salt, tokens: 1, ms: 1 },
      ];
    });
    expect(authors(view)).toEqual(WITHOUT_HOSTILE);
    expect(view.verdict?.disputedBy).toEqual(['peer2']);
  });

  test('R5: the first of two commits counts', async () => {
    const { view } = await runAgainst(async (message, { forge }) => {
      if (message.t !== 'commit') return [message];
      const { body, parents } = readRecord(message.record, 'commit');
      const second = await forge('commit', { ...body, digest: new Uint8Array(32) }, parents);
      return [message, { ...message, record: second }];
    });
    expect(view.answers).toHaveLength(5);
    expect(view.verdict?.agreedBy).toHaveLength(5);
  });

  test.each<[string, (message: Extract<WireMessage, { t: 'commit' }>, forge: Forge) => Promise<Uint8Array>]>([
    [
      'signed by somebody else',
      async (message) => {
        const { body, parents } = readRecord(message.record, 'commit');
        const signer = scriptedSigner(asPeerId('peer1'));
        return encodeRecord(await createRecord({ type: 'commit', body, parents }, { signer, nowMs: 1 }));
      },
    ],
    [
      'to another question of the same round id',
      (message, forge) => forge('commit', readRecord(message.record, 'commit').body, []),
    ],
    [
      'with a signature that is not its own',
      async (message) => {
        const forged = message.record.slice();
        forged.set([(forged.at(-1) as number) ^ 1], forged.length - 1);
        return forged;
      },
    ],
    ['of another type', (message, forge) => forge('reveal', revealBody(message), [])],
  ])('R13: a commit %s is none', async (_, change) => {
    const { view } = await runAgainst(async (message, { forge }) =>
      message.t === 'commit' ? [{ ...message, record: await change(message, forge) }] : [message],
    );
    expect(authors(view)).toEqual(WITHOUT_HOSTILE);
  });

  test('R13: records of an earlier round are none', async () => {
    let first: Uint8Array | undefined;
    const tamper: Tamper = (message) => {
      if (message.t !== 'commit') return [message];
      const held = first;
      first ??= message.record;
      return [held === undefined ? message : { ...message, record: held }];
    };
    const { sim, view } = await runAgainst(tamper);
    expect(view.answers).toHaveLength(5);
    sim.peer(0).node.ask('Again?');
    expect(authors(await sim.finished())).toEqual(WITHOUT_HOSTILE);
  });
});

function revealBody(message: Extract<WireMessage, { t: 'commit' }>) {
  const { id, body } = readRecord(message.record, 'commit');
  return { round: body.round, commit: id, answerDigest: new Uint8Array(32) };
}

describe('a hostile judge', () => {
  test('R7: a ballot that is not the one committed to is out', async () => {
    const { view } = await runAgainst(async (message, { forge }) => {
      if (message.t !== 'ballot') return [message];
      const { body, parents } = readRecord(message.record, 'ballot');
      const votes = body.votes.map((vote) => ({ ...vote, logOdds: -vote.logOdds }));
      return [{ ...message, record: await forge('ballot', { ...body, votes }, parents) }];
    });
    expect(votesOfHostile(view)).toEqual([]);
    expect(view.votes).toHaveLength(4 * 3);
    expect(view.verdict?.disputedBy).toEqual(['peer2']);
  });

  test('R7: a ballot opened before the box is closed counts for nobody', async () => {
    const { view } = await runAgainst(async (message, { forge }) => {
      if (message.t === 'ballot') return [];
      if (message.t !== 'ballot-commit') return [message];
      const { body, parents } = readRecord(message.record, 'ballot-commit');
      const sealed = emptyBallot(body.round, parents);
      const digest = digestBallot(asPeerId('peer2'), sealed);
      const commit = await forge('ballot-commit', { round: body.round, digest }, parents);
      const opened = readRecord(commit, 'ballot-commit').id;
      const ballot = await forge('ballot', { ...sealed, commit: opened }, [opened]);
      return [
        { ...message, record: commit },
        { t: 'ballot', round: body.round, record: ballot },
      ];
    });
    expect(votesOfHostile(view)).toEqual([]);
    expect(hostileIn(view)?.state).not.toBe('opened');
  });

  test('R6: a ballot over answers of its own choice counts for nobody, its own answer least of all', async () => {
    const { tampers, eavesdrops } = createWilfulJudge();
    const sim = await createRoundSim({ answers: ANSWERS, tampers, eavesdrops });
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(votesOfHostile(view)).toEqual([]);
    expect(view.verdict?.winner).toBe('peer3');
    expect(view.verdict?.agreedBy).toHaveLength(4);
    const verdict = [...sim.peer(1).records.values()].find((record) => record.type === 'verdict');
    // Nor is it among those that standing is made of.
    expect(verdict?.body).toMatchObject({ ballots: { length: 4 } });
  });

  test('R8: nor does it enter by an asker that names it all the same', async () => {
    const judge = createWilfulJudge();
    const accomplice: Tamper = async (message, { forge }) => {
      if (message.t !== 'verdict') return [message];
      const { body, parents } = readRecord(message.record, 'verdict');
      const ballots = [...message.ballots, judge.ballot()];
      const ids = ballots.map((bytes) => readRecord(bytes, 'ballot').id).toSorted();
      return [{ ...message, ballots, record: await forge('verdict', { ...body, ballots: ids }, parents) }];
    };
    const tampers = { ...judge.tampers, 0: accomplice };
    const sim = await createRoundSim({ answers: ANSWERS, tampers, eavesdrops: judge.eavesdrops });
    sim.peer(0).node.ask('Which?');
    await sim.finished();
    for (const index of [1, 3, 4]) {
      const dispute = [...sim.peer(index).records.values()].find(
        (record) => record.type === 'dispute' && record.author === sim.peer(index).id,
      );
      expect(dispute?.body).toMatchObject({ reason: 'The verdict names a ballot that breaks the rules.' });
    }
  });

  test('R6: claims without bound are cut to the bound, and weights come from the rule', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(HOSTILE).behaviour.twist = (judgement) => ({
      ...judgement,
      verdicts: judgement.verdicts.map((verdict) => ({ ...verdict, logOdds: -1e300, weight: 1 })),
    });
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(votesOfHostile(view).map((vote) => [vote.logOdds, vote.weight])).toEqual([
      [-3, 2 / 3],
      [-3, 2 / 3],
      [-3, 2 / 3],
    ]);
    expect(view.ranking.every((row) => Number.isFinite(row.strength) && Math.abs(row.strength) < 10)).toBe(true);
    expect(view.verdict?.agreedBy).toHaveLength(5);
  });

  test.each([Number.NaN, Infinity])('R13: a ballot of %d is no ballot', async (logOdds) => {
    const { view } = await runAgainst((message) => {
      if (message.t !== 'ballot') return [message];
      const bytes = encodeMessage(message);
      const patched = replaceFloat(bytes, logOdds);
      expect(patched).not.toEqual(bytes);
      return [patched];
    });
    expect(votesOfHostile(view)).toEqual([]);
    expect(hostileIn(view)?.state).not.toBe('opened');
  });

  test('R12: a ballot too large to be passed on costs its judge the vote and nobody else anything', async () => {
    const { view } = await runAgainst((message) => [
      message.t === 'ballot' ? { ...message, record: new Uint8Array(MAX_PASSED_ON_BYTES + 1) } : message,
    ]);
    expect(votesOfHostile(view)).toEqual([]);
  });

  test('R12: an honest judge with much to explain keeps its votes and leaves the explanation out', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(HOSTILE).behaviour.twist = (judgement) => ({
      ...judgement,
      verdicts: judgement.verdicts.map((verdict) => ({
        ...verdict,
        contributions: Array.from({ length: 16 }, () => ({ name: 'x'.repeat(200), logOdds: 1 })),
      })),
    });
    sim.peer(0).node.ask('Which?');
    const view = await sim.finished();
    expect(votesOfHostile(view).map((vote) => vote.contributions)).toEqual([[], [], []]);
    expect(view.verdict?.agreedBy).toHaveLength(5);
  });

  test('R12: 35 answers and ballots of the largest size still reach everybody', () => {
    const statement = new Uint8Array(MAX_PASSED_ON_BYTES);
    const record = new Uint8Array(12_000);
    const all = Array.from({ length: MAX_PARTICIPANTS }, () => statement);
    const round = asRoundId('00'.repeat(16));
    const text = 'x'.repeat(MAX_ANSWER_BYTES);
    const reveal = { record: new Uint8Array(MAX_PASSED_ON_BYTES - MAX_ANSWER_BYTES), text, salt, tokens: 1e7, ms: 1e7 };
    const messages: WireMessage[] = [
      { t: 'lineup', round, record, commits: all },
      { t: 'slate', round, reveals: all.map(() => reveal) },
      { t: 'ballot-box', round, commits: all },
      { t: 'verdict', round, record, ballots: all },
      { t: 'settled', round, confirmations: all },
    ];
    for (const message of messages) expect(encodeMessage(message).length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
  });
});

/** A judge that votes for two answers of its choice instead of those assigned to it. */
function createWilfulJudge() {
  let lineup: readonly RecordId[] = [];
  let commit: Uint8Array | undefined;
  let sealed: SealedBallot | undefined;
  let ballot: Uint8Array | undefined;
  const tamper: Tamper = async (message, { forge }) => {
    if (message.t !== 'ballot-commit') return [message];
    const { body, parents } = readRecord(message.record, 'ballot-commit');
    const votes = [{ first: 0, second: 1, logOdds: 8, weight: 1, contributions: [] }];
    sealed = { ...emptyBallot(body.round, lineup.slice(0, 2)), readings: [[], []], votes };
    const digest = digestBallot(asPeerId('peer2'), sealed);
    commit = await forge('ballot-commit', { round: body.round, digest }, parents);
    return [{ ...message, record: commit }];
  };
  const eavesdrop: Eavesdrop = async (message, { forge, say }) => {
    if (message.t === 'lineup') lineup = readRecord(message.record, 'lineup').body.commits;
    if (message.t !== 'ballot-box' || commit === undefined || sealed === undefined) return;
    ballot = await forge('ballot', { ...sealed, commit: readRecord(commit, 'ballot-commit').id }, []);
    say({ t: 'ballot', round: message.round, record: ballot });
  };
  return {
    tampers: { [HOSTILE]: tamper },
    eavesdrops: { [HOSTILE]: eavesdrop },
    ballot(): Uint8Array {
      if (ballot === undefined) throw new Error('The wilful judge has not voted yet.');
      return ballot;
    },
  };
}

function emptyBallot(round: RoundId, answers: readonly RecordId[]) {
  return {
    round,
    salt,
    model: 'scripted',
    calibration: 'scripted',
    answers: [...answers],
    screened: [],
    readings: answers.map(() => []),
    votes: [],
  };
}

/** Puts another number in the place of the last 64-bit float of these bytes. */
function replaceFloat(bytes: Uint8Array, value: number): Uint8Array {
  const patched = bytes.slice();
  new DataView(patched.buffer).setFloat64(patched.lastIndexOf(0xfb) + 1, value);
  return patched;
}
