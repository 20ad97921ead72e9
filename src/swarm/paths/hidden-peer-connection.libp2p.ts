import type { Connection } from '@libp2p/interface';

/** The part of libp2p's connection that its interface leaves out; public on the class. */
interface OpenConnection {
  readonly muxer?: { readonly peerConnection?: unknown };
}

/** The RTCPeerConnection under a connection; undefined for one through the relay. */
export function hiddenPeerConnection(connection: Connection): RTCPeerConnection | undefined {
  if (connection.limits !== undefined || !connection.remoteAddr.toString().includes('/webrtc')) return undefined;
  const { muxer } = connection as OpenConnection;
  if (muxer?.peerConnection instanceof RTCPeerConnection) return muxer.peerConnection;
  throw new Error('the connection has lost its RTCPeerConnection');
}
