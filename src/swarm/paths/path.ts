import type { ConnectionKind, PathView } from '../swarm.ts';

/*
 * The path that ICE chose, read from the statistics of an RTCPeerConnection: the transport names its selected pair of
 * candidates. (Firefox does not always name it, and marks the pair itself.)
 */

/** One entry of a statistics report; what it has depends on its type and on the browser. */
export type StatsEntry = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

const candidateTypes = ['host', 'srflx', 'prflx', 'relay'] as const;
const relayProtocols = ['udp', 'tcp', 'tls'] as const;

/** Undefined while no pair is selected. */
export function readPath(report: Iterable<StatsEntry>): PathView | undefined {
  const byId = new Map<string, StatsEntry>();
  let selected: StatsEntry | undefined;
  let named: unknown;
  for (const entry of report) {
    byId.set(entry.id, entry);
    if (entry.type === 'transport') named ??= entry['selectedCandidatePairId'];
    if (entry.type === 'candidate-pair' && entry['selected'] === true) selected = entry;
  }
  if (typeof named === 'string') selected = byId.get(named) ?? selected;
  const local = byId.get(String(selected?.['localCandidateId']));
  const remote = byId.get(String(selected?.['remoteCandidateId']));
  const localType = oneOf(candidateTypes, local?.['candidateType']);
  const remoteType = oneOf(candidateTypes, remote?.['candidateType']);
  if (localType === undefined || remoteType === undefined) return undefined;
  const relayProtocol = oneOf(relayProtocols, local?.['relayProtocol']);
  return {
    local: localType,
    remote: remoteType,
    protocol: local?.['protocol'] === 'tcp' ? 'tcp' : 'udp',
    ...(localType === 'relay' && relayProtocol !== undefined ? { relayProtocol } : {}),
  };
}

/** A TURN server on either side is in the way. */
export function kindOfPath({ local, remote }: PathView): Exclude<ConnectionKind, 'relayed'> {
  return local === 'relay' || remote === 'relay' ? 'turn' : 'direct';
}

export function samePath(a: PathView | undefined, b: PathView | undefined): boolean {
  return (
    a?.local === b?.local &&
    a?.remote === b?.remote &&
    a?.protocol === b?.protocol &&
    a?.relayProtocol === b?.relayProtocol
  );
}

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((candidate) => candidate === value);
}
