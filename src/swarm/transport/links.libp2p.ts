import type { Connection, Stream } from '@libp2p/interface';
import { peerIdFromString } from '@libp2p/peer-id';
import { multiaddr } from '@multiformats/multiaddr';
import { type Clock, type PeerId, type Result, err, failure, ok, sleep } from '#vocabulary';
import { abortConnection } from './abort.libp2p.ts';
import { type StreamChannel, createStreamChannel, kindOf } from './channel.libp2p.ts';
import type { Channel } from '../session/channel.ts';
import { PEER_PROTOCOL } from '../constants.ts';
import { diagnoseDial } from '../paths/diagnosis.ts';
import type { DialFailure, Way } from '../paths/dialler.ts';
import type { TabNode } from './node.libp2p.ts';
import { hiddenPeerConnection } from '../paths/hidden-peer-connection.libp2p.ts';
import { overPath } from '../paths/path-channel.browser.ts';
import { paced } from '../paths/slow-path.ts';
import { within } from '../joining/relay.libp2p.ts';

/** One round trip where the machine is idle; as long as the library gives the other side. */
const OPEN_STREAM_MS = 10_000;
/** The answering side may still be reading the last candidates when the dialling side is connected. */
const SIGNALLING_GRACE_MS = 3_000;
/** A connection that the library took for made is given this long to be it: the other side may be a moment ahead. */
const CONNECT_GRACE_MS = 3_000;
const PENDING_POLL_MS = 100;
/** Channels flush for a second; one that was just being opened is not waited for. */
const SETTLE_MS = 1_200;

export interface Links {
  /** Connects to a peer of the relay's room and hands the channel over. */
  dial(
    relayAddress: string,
    peer: PeerId,
    way: Way,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Result<void, DialFailure>>;
  /** Whether streams besides those of messages are open to the peer. */
  isBusy(peer: PeerId): boolean;
  /** Resolves when all channels that were told to close have done so, or have had time enough. */
  settled(): Promise<void>;
}

/** Turns connections, ours and theirs, into channels. */
export async function openLinks(
  self: PeerId,
  { libp2p, webrtc }: TabNode,
  clock: Clock,
  adopt: (channel: Channel) => void,
): Promise<Links> {
  const channels = new Map<string, Promise<StreamChannel>>();

  const open = async (connection: Connection): Promise<StreamChannel> => {
    const signal = AbortSignal.timeout(OPEN_STREAM_MS);
    const outgoing = await connection.newStream(PEER_PROTOCOL, { signal, runOnLimitedConnection: true });
    const bare = createStreamChannel(self, connection, outgoing);
    const peerConnection = hiddenPeerConnection(connection);
    const channel = peerConnection === undefined ? paced(bare, clock) : await overPath(bare, peerConnection);
    void channel.closed.finally(() => channels.delete(connection.id));
    adopt(channel);
    return channel;
  };

  /** The channel of a connection; made on first use, which may be the other side's stream. */
  const channelOf = (connection: Connection): Promise<StreamChannel> => {
    const known = channels.get(connection.id);
    if (known !== undefined) return known;
    const opening = open(connection);
    channels.set(connection.id, opening);
    opening.catch(() => channels.delete(connection.id));
    return opening;
  };

  await libp2p.handle(
    PEER_PROTOCOL,
    (stream: Stream, connection: Connection) => {
      channelOf(connection).then(
        (channel) => channel.attach(stream),
        (error: unknown) => stream.abort(error instanceof Error ? error : new Error('no way back to the peer')),
      );
    },
    { maxInboundStreams: 2, maxOutboundStreams: 2, runOnLimitedConnection: true },
  );

  /**
   * When an attempt at a connection is given up, the answering library takes it for made (`util.ts`,
   * readCandidatesUntilConnected), and would dial the next one over it.
   */
  const endUnlessConnected = (connection: Connection): void => {
    const peerConnection = hiddenPeerConnection(connection);
    if (peerConnection === undefined) return;
    const end = (): void => {
      if (connection.status === 'open' && peerConnection.connectionState !== 'connected')
        abortConnection(connection, 'the connection did not come about');
    };
    if (peerConnection.connectionState === 'failed' || peerConnection.connectionState === 'closed') end();
    else if (peerConnection.connectionState !== 'connected') clock.after(CONNECT_GRACE_MS, end);
  };
  /** Both sides open a stream at once; a connection without one is of a dial that was given up, or of no use. */
  const endUnlessUsed = (connection: Connection): void => {
    if (hiddenPeerConnection(connection) === undefined) return;
    clock.after(OPEN_STREAM_MS, () => {
      if (connection.status === 'open' && !channels.has(connection.id)) abortConnection(connection, 'nobody uses it');
    });
  };
  libp2p.addEventListener('connection:open', ({ detail }) => {
    endUnlessConnected(detail);
    endUnlessUsed(detail);
  });

  const connectionsTo = (peer: PeerId): Connection[] => libp2p.getConnections(peerIdFromString(peer));

  /** Once there is a direct connection, those it was arranged over only burden the relay. */
  const dismissSignalling = (direct: Connection): void => {
    const used = libp2p.getConnections(direct.remotePeer).filter((connection) => kindOf(connection) === 'relayed');
    clock.after(SIGNALLING_GRACE_MS, () => {
      // Lost meanwhile: the next attempt may be running over them.
      if (direct.status !== 'open') return;
      for (const connection of used)
        if (!channels.has(connection.id))
          connection.close().catch(() => abortConnection(connection, 'signalling is over'));
    });
  };

  /** A connection of the other side's making may be a moment from being connected, or be given up (see above). */
  const outcomeOfTheirs = async (peer: PeerId, signal: AbortSignal): Promise<void> => {
    const isPending = (connection: Connection): boolean =>
      connection.status === 'open' &&
      (hiddenPeerConnection(connection)?.connectionState ?? 'connected') !== 'connected';
    while (!signal.aborted && connectionsTo(peer).some(isPending)) await sleep(clock, PENDING_POLL_MS, signal);
  };

  return {
    async dial(relayAddress, peer, way, timeoutMs, signal) {
      if (way === 'direct') webrtc.forget(peer);
      try {
        const limit = within(signal, timeoutMs);
        const suffix = way === 'direct' ? '/webrtc' : '';
        const address = multiaddr(`${relayAddress}/p2p-circuit${suffix}/p2p/${peer}`);
        if (way === 'direct') await outcomeOfTheirs(peer, limit);
        const ready = connectionsTo(peer).find((known) => known.status === 'open' && kindOf(known) === way);
        const connection = ready ?? (await libp2p.dial(address, { signal: limit }));
        if (way === 'direct' && kindOf(connection) !== 'direct')
          return err(failure('dial-failed', 'Only a relayed connection came about.'));
        await channelOf(connection);
        if (way === 'direct') dismissSignalling(connection);
        return ok(undefined);
      } catch (error) {
        return err(diagnoseDial(error, way === 'direct' ? webrtc.observationOf(peer) : undefined));
      }
    },
    isBusy: (peer) =>
      connectionsTo(peer).some(({ streams }) =>
        streams.some(({ protocol }) => protocol?.startsWith('/peerage/') === true && protocol !== PEER_PROTOCOL),
      ),
    async settled() {
      const closing = Promise.allSettled([...channels.values()].map(async (channel) => (await channel).closed));
      await Promise.race([closing, sleep(clock, SETTLE_MS)]);
    },
  };
}
