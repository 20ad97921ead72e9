/**
 * Works around a race of @libp2p/webrtc 6.0.33 that makes about every tenth dial hang until its timeout.
 *
 * To have something to negotiate, the dialling side opens a data channel labelled `init`, waits for it to open and
 * closes it. The answering side also closes it, the moment it appears (`muxer.ts`, onDataChannel). When that close
 * overtakes the acknowledgement that opens the channel, the dialling side waits for an `open` event that never comes.
 *
 * So a tab must not close an `init` channel that the other side opened; the other side does. The library offers no
 * hook, hence the patch of the prototypes, applied once. Goes away with a release that leaves the closing to the
 * initiator. What slips through (1 dial in 100) is caught by the dialler's retry.
 */
export function fixWebRtcInitRace(): void {
  const { prototype: connection } = RTCPeerConnection;
  const { prototype: channel } = RTCDataChannel;
  if (marker in channel) return;
  Object.defineProperty(channel, marker, { value: true });

  const opened = new WeakSet<RTCDataChannel>();
  const { createDataChannel } = connection;
  connection.createDataChannel = function (...parameters) {
    const created = createDataChannel.apply(this, parameters);
    opened.add(created);
    return created;
  };
  const { close } = channel;
  channel.close = function () {
    if (this.label !== 'init' || opened.has(this)) close.call(this);
  };
}

const marker = Symbol.for('peerage.webrtc-init-race-fixed');
