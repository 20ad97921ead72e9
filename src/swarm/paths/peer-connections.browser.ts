/*
 * Reaches the RTCPeerConnections that @libp2p/webrtc 6.0.33 makes and hides, and mends three things about them. The
 * library offers no hooks, hence the patches of prototypes, applied once; each names what it depends on.
 */

/**
 * A configuration for one RTCPeerConnection: `onMade` gets it the moment it exists. Browsers read the members of a
 * configuration inside the constructor, and the next thing the library does is to add a listener, so that both
 * together tell which connection was made from which configuration.
 */
export function tappedConfiguration(
  iceServers: readonly RTCIceServer[],
  onMade: (connection: RTCPeerConnection) => void,
): RTCConfiguration {
  patchPrototypes();
  return {
    iceServers: [...iceServers],
    get iceTransportPolicy(): RTCIceTransportPolicy {
      claim = onMade;
      return 'all';
    },
  };
}

let claim: ((connection: RTCPeerConnection) => void) | undefined;
const marker = Symbol.for('peerage.peer-connections-patched');

function patchPrototypes(): void {
  const { prototype: connection } = RTCPeerConnection;
  const { prototype: channel } = RTCDataChannel;
  if (marker in channel) return;
  Object.defineProperty(channel, marker, { value: true });

  const { addEventListener } = connection;
  connection.addEventListener = function (
    this: RTCPeerConnection,
    ...parameters: Parameters<typeof addEventListener>
  ): void {
    const claimed = claim;
    claim = undefined;
    claimed?.(this);
    addEventListener.apply(this, parameters);
  };

  /*
   * The dialling side opens a data channel labelled `init`, waits for it to open and closes it. The answering side
   * also closes it, the moment it appears (`muxer.ts`, onDataChannel). When that happens before the dialling side has
   * looked, it waits for an `open` that has been; so a tab must not close an `init` channel that the other side opened.
   */
  const opened = new WeakSet<RTCDataChannel>();
  const { createDataChannel, close: closeConnection } = connection;
  connection.createDataChannel = function (...parameters) {
    const created = createDataChannel.apply(this, parameters);
    opened.add(created);
    return created;
  };
  const { close: closeChannel } = channel;
  channel.close = function () {
    if (this.label !== 'init' || opened.has(this)) closeChannel.call(this);
  };

  /*
   * The library keeps every connection until it is stopped: it lets go on an event `close` that browsers do not have
   * (`transport.ts`, _closeOnShutdown). Kept ones are not garbage, and a browser allows a page 500.
   */
  connection.close = function () {
    const wasOpen = this.signalingState !== 'closed';
    closeConnection.call(this);
    if (wasOpen) this.dispatchEvent(new Event('close'));
  };
}
