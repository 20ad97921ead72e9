import { describe, expect, test } from 'vitest';
import { settledRound } from '../tab/fixtures/rounds.ts';
import { createNotedSession } from '../tab/memory-tabs.ts';
import { readCommand } from './command-line.ts';
import { createRoundLog } from './round-log.ts';
import { isComplete, printReport, reportRound } from './round-report.ts';

describe('the command line', () => {
  test('takes a question and says what it assumes', () => {
    expect(readCommand(['--ask', ' Why? '])).toMatchObject({
      question: 'Why?',
      peers: 3,
      json: false,
      timeoutMs: 300_000,
    });
    expect(readCommand(['--ask', 'Why?', '--peers', '5', '--json'])).toMatchObject({ peers: 5, json: true });
    expect(readCommand(['--ask', 'Why?', '--engine', 'ort'])).toMatchObject({ engine: 'ort' });
    expect(readCommand(['--help'])).toBe('help');
  });

  test.each([
    [[], 'no question'],
    [['--ask', '  '], 'no question'],
    [['--ask', 'Why?', '--peers', '0'], '--peers'],
    [['--ask', 'Why?', '--peers', '36'], '--peers'],
    [['--ask', 'Why?', '--peers', '2.5'], '--peers'],
    [['--ask', 'Why?', '--engine', 'abacus'], '--engine'],
    [['--ask', 'Why?', '--timeout', 'soon'], '--timeout'],
    [['--ask', 'Why?', '--colour'], '--colour'],
  ])('refuses %j with a sentence that names %s', (args, named) => {
    expect(() => readCommand(args)).toThrow(named);
  });
});

describe('the report of a round', () => {
  const round = settledRound(4, 1);
  const session = createNotedSession().getSnapshot();
  const peers = round.participants.map(({ peer }, index) => ({
    name: `peer-${index + 1}`,
    snapshot: { ...session, self: { ...session.self, peer }, lastServed: round },
  }));

  test('is complete when every peer answered and computed the same order', () => {
    const report = reportRound(round, peers);
    expect(isComplete(report, 4)).toBe(true);
    expect(report.answers).toHaveLength(4);
    expect(report.ranking[0]?.peer).toBe(report.winner);
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({ question: round.question, agreed: true });
  });

  test('is not complete when a peer is missing, disputes, or there is no verdict', () => {
    expect(isComplete(reportRound({ ...round, answers: round.answers.slice(1) }, peers), 4)).toBe(false);
    expect(isComplete(reportRound({ ...round, verdict: undefined }, peers), 4)).toBe(false);
    const [first, ...rest] = round.verdict?.agreedBy ?? [];
    if (round.verdict === undefined || first === undefined) throw new Error('The fixture has no verdict.');
    const disputed = { ...round.verdict, agreedBy: rest, disputedBy: [first] };
    expect(isComplete(reportRound({ ...round, verdict: disputed }, peers), 4)).toBe(false);
    const reordered = { ...round, ranking: round.ranking.toReversed() };
    const astray = peers.map((one) => ({ ...one, snapshot: { ...one.snapshot, lastServed: reordered } }));
    expect(reportRound(round, astray).agreed).toBe(false);
    // Agreed by all, and disputed by one of them as well: not the same order.
    const both = { ...round.verdict, disputedBy: [first] };
    expect(isComplete(reportRound({ ...round, verdict: both }, peers), 4)).toBe(false);
  });

  test('is printed with every answer and every vote', () => {
    const lines: string[] = [];
    printReport(reportRound(round, peers), (line) => lines.push(line));
    const text = lines.join('\n');
    for (const { name } of peers) expect(text).toContain(name);
    expect(text.match(/ over /gu)).toHaveLength(round.votes.length);
    expect(text).toContain('All peers computed the same order: yes');
  });
});

test('the log of a round tells each step once', () => {
  const lines: string[] = [];
  const log = createRoundLog(
    (peer) => peer.slice(-4),
    (line) => lines.push(line),
  );
  const round = settledRound(3, 0);
  log(round);
  const told = lines.length;
  expect(told).toBeGreaterThan(round.phases.length);
  log(round);
  expect(lines).toHaveLength(told);
});
