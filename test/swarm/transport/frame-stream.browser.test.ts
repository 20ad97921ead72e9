import type { Stream } from '@libp2p/interface';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFrameReader } from '../../../src/swarm/transport/frame-reader.ts';
import { createFrameWriter, readBytes } from '../../../src/swarm/transport/frame-stream.libp2p.ts';
import { MAX_FRAME_BYTES } from '../../../src/swarm/session/wire.ts';

/** A real data channel between two connections of this page, each end within what stands for the library's stream. */
interface StreamEnd extends Stream {
  readonly channel: RTCDataChannel;
  readBufferLength: number;
  /** What was left to the library. */
  readonly leftToLibrary: unknown[];
}

function endOf(channel: RTCDataChannel): StreamEnd {
  channel.binaryType = 'arraybuffer';
  const leftToLibrary: unknown[] = [];
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- as the library does
  channel.onmessage = ({ data }) => leftToLibrary.push(data);
  return Object.assign(new EventTarget(), { channel, readBufferLength: 0, leftToLibrary }) as unknown as StreamEnd;
}

const nextEvent = (target: EventTarget, name: string): Promise<Event> =>
  new Promise((resolve) => target.addEventListener(name, resolve, { once: true }));

describe('frames over a data channel', () => {
  let connections: RTCPeerConnection[] = [];
  let sender: StreamEnd;
  let receiver: StreamEnd;

  beforeEach(async () => {
    const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
    connections = [a, b];
    a.addEventListener('icecandidate', ({ candidate }) => void (candidate && b.addIceCandidate(candidate)));
    b.addEventListener('icecandidate', ({ candidate }) => void (candidate && a.addIceCandidate(candidate)));
    const created = a.createDataChannel('');
    const arrived = nextEvent(b, 'datachannel') as Promise<RTCDataChannelEvent>;
    const opened = nextEvent(created, 'open');
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription as RTCSessionDescription);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription as RTCSessionDescription);
    receiver = endOf((await arrived).channel);
    await opened;
    sender = endOf(created);
  });
  afterEach(() => {
    for (const connection of connections) connection.close();
  });

  /** The first `count` frames that arrive, and the sizes of the messages they came in. */
  const receive = (count: number): Promise<{ frames: Uint8Array[]; sizes: number[] }> => {
    const reader = createFrameReader(MAX_FRAME_BYTES);
    const [frames, sizes]: [Uint8Array[], number[]] = [[], []];
    return new Promise((resolve) => {
      readBytes(receiver, (bytes) => {
        sizes.push(bytes.byteLength);
        reader.read(bytes, (frame) => frames.push(frame));
        if (frames.length === count) resolve({ frames, sizes });
      });
    });
  };

  test('R3: a small frame is one message, a large one few, and all arrive whole and in order', async () => {
    const all = receive(3);
    const large = new Uint8Array(MAX_FRAME_BYTES).map((_, index) => index % 251);
    const writer = createFrameWriter(sender);
    await writer.write(Uint8Array.of(1, 2, 3));
    await writer.write(large);
    writer.post(Uint8Array.of(4));
    const { frames, sizes } = await all;
    expect(frames).toEqual([Uint8Array.of(1, 2, 3), large, Uint8Array.of(4)]);
    expect(sizes).toHaveLength(2 + Math.ceil(MAX_FRAME_BYTES / (128 * 1024)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(128 * 1024);
  });

  test('R3: who writes faster than the connection waits, and a little is left in it then', async () => {
    const all = receive(40);
    const writer = createFrameWriter(sender);
    for (let index = 0; index < 40; index++) {
      await writer.write(new Uint8Array(100_000));
      expect(sender.channel.bufferedAmount).toBeLessThan(700_000);
    }
    expect((await all).frames).toHaveLength(40);
  });

  test('R3: who waits for a stream that closes is told', async () => {
    const writer = createFrameWriter(sender);
    const written = Promise.all(Array.from({ length: 8 }, () => writer.write(new Uint8Array(200_000))));
    sender.dispatchEvent(new Event('close'));
    await expect(written).rejects.toThrow('closed');
  });

  test('R13: what is no plain data, and what comes while the library holds bytes, is left to the library', async () => {
    readBytes(receiver, () => expect.unreachable());
    sender.channel.send(Uint8Array.of(2, 0x08, 0));
    sender.channel.send('text');
    await expect.poll(() => receiver.leftToLibrary).toHaveLength(2);
    receiver.readBufferLength = 1;
    createFrameWriter(sender).post(Uint8Array.of(1));
    await expect.poll(() => receiver.leftToLibrary).toHaveLength(3);
  });
});
