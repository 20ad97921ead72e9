import type { Connection, Transport } from '@libp2p/interface';
import { webRTC } from '@libp2p/webrtc';
import type { Multiaddr } from '@multiformats/multiaddr';
import { type Clock, type PeerId, asPeerId } from '#vocabulary';
import type { ConnectionBudget } from './connection-budget.ts';
import { type DialObservation, type DialObserver, createDialObserver } from './dial-observation.ts';
import { type IceAddress, countServers, toRtcIceServers } from './ice-servers.ts';
import { tappedConfiguration } from './peer-connections.browser.ts';

export interface ObservedWebRtcOptions {
  readonly clock: Clock;
  readonly iceServers: () => readonly IceAddress[];
  readonly budget: ConnectionBudget;
}

/** The library's WebRTC transport with its attempts watched. */
export interface ObservedWebRtc {
  readonly transport: ReturnType<typeof webRTC>;
  /** What the latest attempt at a direct connection to a peer has shown; undefined when none has begun. */
  observationOf(peer: PeerId): DialObservation | undefined;
  /** A new attempt is about to begin: what an earlier one has shown must not be taken for it. */
  forget(peer: PeerId): void;
}

/**
 * Opening the first channel takes one round trip once a pair works. When it does not happen, it never will: the
 * library waits for an event that has been, or the other side has given up.
 */
const OPENING_MS = 2_000;
const CHANNEL_HUNG = 'the first channel did not open';
/** The latest observations kept; more peers are never dialled at once. */
const MAX_OBSERVED = 128;

/** The transport's progress events, which it does not type. */
interface Progress {
  readonly type: string;
  readonly detail?: unknown;
}

export function createObservedWebRtc({ clock, iceServers, budget }: ObservedWebRtcOptions): ObservedWebRtc {
  const observers = new Map<PeerId, DialObserver>();
  const collected = new FinalizationRegistry<undefined>(() => budget.collected());
  /** The dial on whose behalf the configuration is asked for; none for a peer that calls. */
  let dialling: ((connection: RTCPeerConnection) => void) | undefined;

  const count = (connection: RTCPeerConnection): void => {
    budget.made();
    collected.register(connection, undefined);
    connection.addEventListener('close', () => budget.closed(), { once: true });
  };
  const configure = (): RTCConfiguration => {
    const watch = dialling;
    dialling = undefined;
    return tappedConfiguration(toRtcIceServers(iceServers()), (connection) => {
      count(connection);
      watch?.(connection);
    });
  };
  const observe = (peer: PeerId): DialObserver => {
    const observer = createDialObserver(countServers(iceServers()));
    observers.delete(peer);
    observers.set(peer, observer);
    if (observers.size > MAX_OBSERVED) observers.delete(observers.keys().next().value as PeerId);
    return observer;
  };

  return {
    observationOf: (peer) => observers.get(peer)?.now(),
    forget: (peer) => void observers.delete(peer),
    transport(components) {
      const transport = webRTC({ rtcConfiguration: configure })(components);
      const dial = transport.dial.bind(transport) as Transport['dial'];
      /** One attempt, ended as soon as it is clear that nothing will come of it. */
      const attempt = async (
        address: Multiaddr,
        options: Parameters<Transport['dial']>[1],
        observer: DialObserver,
      ): Promise<Connection> => {
        const hopeless = new AbortController();
        let cancelOpening: () => void = () => undefined;
        const watch = (connection: RTCPeerConnection): void => {
          watchConnection(connection, observer, (reason) => hopeless.abort(new Error(reason)));
          connection.addEventListener('connectionstatechange', () => {
            if (connection.connectionState !== 'connected') return;
            const giveUpUnlessOpen = (): void => {
              if (observer.now().stage === 'opening') hopeless.abort(new Error(CHANNEL_HUNG));
            };
            // In two steps, so that a stall of this tab is not held against the connection.
            cancelOpening = clock.after(OPENING_MS / 2, () => {
              cancelOpening = clock.after(OPENING_MS / 2, giveUpUnlessOpen);
            });
          });
        };
        const onProgress = (event: Progress): void => {
          if (event.type === 'webrtc:send-sdp-offer') observer.reached('offering');
          if (event.type === 'webrtc:read-ice-candidates') observer.reached('checking');
          if (event.type === 'webrtc:add-ice-candidate') observer.remoteCandidate(String(event.detail));
          if (event.type === 'webrtc:close-signaling-stream') observer.reached('open');
          (options.onProgress as ((event: Progress) => void) | undefined)?.(event);
        };
        dialling = watch;
        try {
          const signal = AbortSignal.any([options.signal, hopeless.signal]);
          return await dial(address, { ...options, signal, onProgress } as typeof options);
        } catch (error) {
          throw hopeless.signal.aborted ? hopeless.signal.reason : error;
        } finally {
          cancelOpening();
        }
      };
      transport.dial = async (address: Multiaddr, options: Parameters<Transport['dial']>[1]) => {
        const peer = asPeerId(address.getComponents().findLast(({ name }) => name === 'p2p')?.value ?? '');
        const first = observe(peer);
        try {
          return await attempt(address, options, first);
        } catch (error) {
          // The networks have just proved that they can: once more, on the same way there.
          if (!(error instanceof Error) || error.message !== CHANNEL_HUNG || options.signal.aborted) throw error;
          return await attempt(address, options, observe(peer));
        }
      };
      return transport;
    },
  };
}

function watchConnection(
  connection: RTCPeerConnection,
  observer: DialObserver,
  giveUp: (reason: string) => void,
): void {
  connection.addEventListener('icecandidate', ({ candidate }) => observer.localCandidate(candidate?.candidate ?? ''));
  connection.addEventListener('icecandidateerror', ({ errorCode, errorText }) =>
    observer.serverError(errorCode, errorText),
  );
  connection.addEventListener('iceconnectionstatechange', () => {
    const { iceConnectionState } = connection;
    if (iceConnectionState === 'connected' || iceConnectionState === 'completed') observer.reached('securing');
    if (iceConnectionState === 'failed') observer.iceFailed();
  });
  connection.addEventListener('connectionstatechange', () => {
    if (connection.connectionState === 'connected') observer.reached('opening');
    // The library hears of it, swallows it and waits on (`private-to-private/util.ts`, readCandidatesUntilConnected).
    if (connection.connectionState === 'failed') giveUp('RTCPeerConnection connection state became "failed"');
  });
}
