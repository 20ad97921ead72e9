import type { Stream } from '@libp2p/interface';

/**
 * Counts what a relayed connection carries, both ways, on the stream of the tab that opened it. `spend` says whether
 * so many bytes more may pass; once they may not, the connection is cut.
 */
export function meterCircuit(stream: Stream, spend: (bytes: number) => boolean): void {
  const count = (bytes: number): void => {
    if (!spend(bytes)) stream.abort(new Error('this address has had its share of relayed traffic'));
  };
  stream.addEventListener('message', ({ data }) => count(data.byteLength));
  // What the other side says passes through `send`; the library has no event for it.
  const send = stream.send.bind(stream);
  stream.send = (data) => {
    const more = send(data);
    count(data.byteLength);
    return more;
  };
}
