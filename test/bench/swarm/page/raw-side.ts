import { type Side, pace, someBytes, timeEach } from './side.ts';

/**
 * A bare RTCPeerConnection between the two tabs: what the browser gives before any of our code runs. Its channels are
 * ordered and reliable. The `bulk` ones count bytes and confirm the total, `echo` returns what it gets, `reply` as many
 * bytes as it is asked for.
 */
const LABELS = ['bulk 1', 'bulk 2', 'echo', 'reply'] as const;
type Label = (typeof LABELS)[number];

/** A sender keeps this much in the channel and comes back when half is out: never empty, never more than a moment. */
const FULL_BYTES = 1024 * 1024;
/** The browsers' limit of one message; larger replies come in pieces. */
const LARGEST_MESSAGE_BYTES = 256 * 1024;

let connection: RTCPeerConnection | undefined;
let channels: ReadonlyMap<Label, RTCDataChannel> = new Map();
/** Those in which nothing is under way. */
const freeForBulk = new Set<Label>(['bulk 1', 'bulk 2']);

export const rawSignalling = {
  async rawOffer(): Promise<string> {
    const mine = new RTCPeerConnection();
    channels = new Map(LABELS.map((label) => [label, open(mine, label)]));
    connection = mine;
    return describe(mine, await mine.createOffer());
  },
  async rawAnswer(sdp: string): Promise<string> {
    connection = new RTCPeerConnection();
    connection.addEventListener('datachannel', ({ channel }) => serve(channel));
    await connection.setRemoteDescription({ type: 'offer', sdp });
    return describe(connection, await connection.createAnswer());
  },
  async rawFinish(sdp: string): Promise<void> {
    const opened = [...channels.values()].map((channel) => nextEvent(channel, 'open'));
    await connection?.setRemoteDescription({ type: 'answer', sdp });
    await Promise.all(opened);
  },
};

/** `messageBytes`: size of the messages in which bulk data is sent. */
export function createRawSide(messageBytes: number): Side {
  return {
    async bulk(sizeBytes) {
      const [label] = freeForBulk;
      if (label === undefined) throw new Error('both bulk channels are in use');
      freeForBulk.delete(label);
      const channel = channelOf(label);
      channel.bufferedAmountLowThreshold = FULL_BYTES / 2;
      const piece = someBytes(messageBytes);
      const confirmed = nextEvent(channel, 'message');
      const startedMs = performance.now();
      channel.send(String(sizeBytes));
      for (let sent = 0; sent < sizeBytes; sent += messageBytes) {
        if (channel.bufferedAmount >= FULL_BYTES) await nextEvent(channel, 'bufferedamountlow');
        channel.send(piece);
      }
      await confirmed;
      freeForBulk.add(label);
      return performance.now() - startedMs;
    },
    async roundTrips(count, sizeBytes) {
      const channel = channelOf('echo');
      const bytes = someBytes(sizeBytes);
      return timeEach(
        count,
        () =>
          new Promise((resolve) => {
            channel.addEventListener('message', () => resolve(), { once: true });
            channel.send(bytes);
          }),
      );
    },
    async callsPerSecond(count, sizeBytes, depth) {
      const channel = channelOf('reply');
      // Ordered both ways: the oldest request is the next to be answered.
      const waiting: { missing: number; readonly resolve: () => void }[] = [];
      const onMessage = ({ data }: MessageEvent<ArrayBuffer>): void => {
        const [oldest] = waiting;
        if (oldest === undefined) return;
        oldest.missing -= data.byteLength;
        if (oldest.missing > 0) return;
        waiting.shift();
        oldest.resolve();
      };
      channel.addEventListener('message', onMessage);
      const request = String(sizeBytes);
      const rate = await pace(
        count,
        depth,
        () =>
          new Promise((resolve) => {
            waiting.push({ missing: sizeBytes, resolve });
            channel.send(request);
          }),
      );
      channel.removeEventListener('message', onMessage);
      return rate;
    },
  };
}

function open(from: RTCPeerConnection, label: Label): RTCDataChannel {
  const channel = from.createDataChannel(label);
  channel.binaryType = 'arraybuffer';
  return channel;
}

/** The other tab's end. */
function serve(channel: RTCDataChannel): void {
  channel.binaryType = 'arraybuffer';
  let missing = 0;
  channel.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer | string>) => {
    if (channel.label === 'echo') return channel.send(data as ArrayBuffer);
    if (channel.label === 'reply') return reply(channel, Number(data));
    if (typeof data === 'string') missing = Number(data);
    else if ((missing -= data.byteLength) <= 0) channel.send('all here');
  });
}

function reply(channel: RTCDataChannel, sizeBytes: number): void {
  for (let left = sizeBytes; left > 0; left -= LARGEST_MESSAGE_BYTES)
    channel.send(new Uint8Array(Math.min(left, LARGEST_MESSAGE_BYTES)));
}

async function describe(of: RTCPeerConnection, description: RTCSessionDescriptionInit): Promise<string> {
  const gathered = new Promise<void>((resolve) => {
    of.addEventListener('icegatheringstatechange', () => {
      if (of.iceGatheringState === 'complete') resolve();
    });
  });
  await of.setLocalDescription(description);
  await gathered;
  return of.localDescription?.sdp ?? '';
}

function channelOf(label: Label): RTCDataChannel {
  const channel = channels.get(label);
  if (channel === undefined) throw new Error('connect first');
  return channel;
}

function nextEvent(channel: RTCDataChannel, name: string): Promise<unknown> {
  return new Promise((resolve) => channel.addEventListener(name, resolve, { once: true }));
}
