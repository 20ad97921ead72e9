import type { SwarmPeer } from '#swarm';

/** Longest reason that is shown: what a library or a relay says may be of any length. */
const MAX_REASON_LENGTH = 300;

/** The way to a peer, in a word or two. */
export function nameOfPath({ kind }: Pick<SwarmPeer, 'kind'>): string {
  return kind === 'turn' ? 'through TURN' : kind;
}

/** What that means. */
export function describePath({ kind }: Pick<SwarmPeer, 'kind'>): string {
  switch (kind) {
    case 'direct':
      return 'Tab to tab, with no server in between.';
    case 'turn':
      return 'Through a TURN server, because the networks let nothing more direct through. It sees no content.';
    case 'relayed':
      return 'Through the relay: slow, and too slow for models. The relay sees no content.';
  }
}

/** The two ends of it, for who knows the words of ICE: `srflx to host, udp`. */
export function describeEnds({ path }: SwarmPeer): string | undefined {
  if (path === undefined) return undefined;
  const { local, remote, protocol, relayProtocol } = path;
  const server = relayProtocol === undefined ? '' : `, TURN over ${relayProtocol}`;
  return `${local} to ${remote}, ${protocol}${server}`;
}

/** Why there is no direct way, and what would help; undefined where there is one. */
export function whyNotDirect({ kind, directFailure }: SwarmPeer): string | undefined {
  if (kind !== 'relayed') return undefined;
  if (directFailure === undefined) return 'Through the relay for now; a direct connection is being tried.';
  return boundReason(`No direct connection: ${directFailure.message} ${directFailure.remedy ?? ''}`);
}

/** One line of bounded length. */
export function boundReason(reason: string): string {
  const line = reason.replace(/\s+/gu, ' ').trim();
  return line.length <= MAX_REASON_LENGTH ? line : `${line.slice(0, MAX_REASON_LENGTH)}…`;
}
