import type { SessionSnapshot } from '#tab';
import type { RoundView } from '#round';
import type { PeerId } from '#vocabulary';

/** What `--json` prints. */
export interface SwarmReport {
  readonly question: string;
  readonly peers: readonly { readonly peer: PeerId; readonly name: string; readonly engine: string }[];
  readonly provisional: { readonly text: string; readonly firstTokenMs: number | undefined };
  readonly answers: readonly {
    readonly peer: PeerId;
    readonly model: string;
    readonly text: string;
    readonly tokens: number;
    readonly ms: number;
  }[];
  readonly votes: readonly {
    readonly judge: PeerId;
    readonly a: PeerId;
    readonly b: PeerId;
    readonly outcome: number;
    readonly logOdds: number;
    readonly weight: number;
  }[];
  readonly ranking: readonly {
    readonly peer: PeerId;
    readonly strength: number;
    readonly low: number;
    readonly high: number;
    readonly pBest: number;
  }[];
  readonly winner: PeerId | undefined;
  /** Every peer computed the same order, signed that it did, and shows it in its own tab. */
  readonly agreed: boolean;
  readonly connections: readonly {
    readonly from: PeerId;
    readonly to: PeerId;
    readonly kind: string;
    readonly rttMs: number | undefined;
  }[];
  readonly phases: readonly { readonly name: string; readonly ms: number }[];
  readonly outcome: string;
}

export interface NamedSnapshot {
  readonly name: string;
  readonly snapshot: SessionSnapshot;
}

export function reportRound(view: RoundView, peers: readonly NamedSnapshot[]): SwarmReport {
  return {
    question: view.question,
    peers: peers.map(({ name, snapshot: { self, model } }) => ({
      peer: self.peer,
      name,
      engine: model.status === 'ready' ? model.facts.engine : '',
    })),
    provisional: { text: view.provisional.text, firstTokenMs: view.provisional.firstTokenMs },
    answers: view.answers.map(({ peer, model, text, tokens, ms }) => ({ peer, model, text, tokens, ms })),
    votes: view.votes.map(({ judge, a, b, outcome, logOdds, weight }) => ({ judge, a, b, outcome, logOdds, weight })),
    ranking: view.ranking.map(({ peer, strength, low, high, pBest }) => ({ peer, strength, low, high, pBest })),
    winner: view.verdict?.winner,
    agreed:
      view.verdict?.agreedBy.length === peers.length &&
      view.verdict.disputedBy.length === 0 &&
      peers.every(({ snapshot }) => snapshot.self.peer === view.asker || hasSameOrder(snapshot.lastServed, view)),
    connections: peers.flatMap(({ snapshot }) =>
      snapshot.swarm.peers.map((peer) => ({
        from: snapshot.self.peer,
        to: peer.id,
        kind: peer.kind,
        rttMs: peer.roundTripMs,
      })),
    ),
    phases: view.phases.flatMap(({ phase, startedAtMs, endedAtMs }) =>
      endedAtMs === undefined || endedAtMs === startedAtMs
        ? []
        : [{ name: phase, ms: Math.round(endedAtMs - startedAtMs) }],
    ),
    outcome: view.note?.message ?? view.phase,
  };
}

/** What a peer's own tab computed and shows, not only what it signed. */
function hasSameOrder(served: RoundView | undefined, view: RoundView): boolean {
  return (
    served?.id === view.id &&
    served.ranking.length === view.ranking.length &&
    served.ranking.every((row, rank) => row.peer === view.ranking[rank]?.peer)
  );
}

/** A verdict in which every peer contributed an answer and computed the same order. */
export function isComplete(report: SwarmReport, peers: number): boolean {
  return report.winner !== undefined && report.answers.length === peers && report.agreed;
}

export function printReport(report: SwarmReport, say: (line: string) => void): void {
  const nameOf = new Map(report.peers.map(({ peer, name }) => [peer, name]));
  const name = (peer: PeerId): string => nameOf.get(peer) ?? peer.slice(-8);
  say('\nRanking');
  for (const [rank, row] of report.ranking.entries()) {
    const interval = `[${row.low.toFixed(2)}, ${row.high.toFixed(2)}]`;
    say(
      `  ${rank + 1}. ${name(row.peer).padEnd(10)} ${row.strength.toFixed(2).padStart(6)} ${interval.padEnd(15)} P(best) ${row.pBest.toFixed(2)}`,
    );
    say(`     ${oneLine(report.answers.find((answer) => answer.peer === row.peer)?.text ?? '')}`);
  }
  say('\nVotes');
  for (const vote of report.votes) {
    say(`  ${name(vote.judge).padEnd(10)} ${name(vote.a)} over ${name(vote.b)}: ${vote.outcome.toFixed(2)}`);
  }
  say('\nConnections');
  for (const one of report.connections) {
    const rtt = one.rttMs === undefined ? '' : `, ${one.rttMs.toFixed(0)} ms`;
    say(`  ${name(one.from)} -> ${name(one.to)}: ${one.kind}${rtt}`);
  }
  say('\nPhases');
  for (const phase of report.phases) say(`  ${phase.name.padEnd(11)} ${(phase.ms / 1000).toFixed(1)} s`);
  say(`\nAll peers computed the same order: ${report.agreed ? 'yes' : 'NO'}`);
}

function oneLine(text: string): string {
  const flat = text.replaceAll(/\s+/gu, ' ');
  return flat.length > 140 ? `${flat.slice(0, 140)}…` : flat;
}
