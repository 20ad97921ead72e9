import { describe, expect, test } from 'vitest';
import { asPeerId, createVirtualClock } from '#vocabulary';
import type { Channel, ChannelListener } from '../../../src/swarm/session/channel.ts';
import {
  RELAYED_BURST_BYTES,
  RELAYED_BYTES_PER_SECOND,
  paced,
  createPacer,
} from '../../../src/swarm/paths/slow-path.ts';

const KIB = 1024;

/** A relayed channel that notes when what was written got through. */
function setUp() {
  const clock = createVirtualClock();
  const written: [atMs: number, bytes: number][] = [];
  let listener: ChannelListener | undefined;
  let isOpen = true;
  const channel = paced<Channel>(
    {
      peer: asPeerId('berta'),
      initiator: asPeerId('anna'),
      kind: 'relayed',
      listen: (next) => void (listener = next),
      async write(head, body) {
        if (!isOpen) throw new Error('closed');
        written.push([clock.now(), head.byteLength + body.byteLength]);
      },
      post: (frame) => void written.push([clock.now(), frame.byteLength]),
      close: () => void (isOpen = false),
      abort: () => void (isOpen = false),
    },
    clock,
  );
  channel.listen({
    onActivity: () => undefined,
    onFrame: () => undefined,
    onPathChange: () => undefined,
    onClose: () => undefined,
  });
  return {
    clock,
    channel,
    written,
    fail() {
      isOpen = false;
      listener?.onClose();
    },
  };
}

describe('the slow path', () => {
  test('R92: a burst goes at once, more at the rate, in order', async () => {
    const { clock, channel, written } = setUp();
    for (let index = 0; index < 16; index++) void channel.write(new Uint8Array(10), new Uint8Array(64 * KIB - 10));
    await clock.advance(0);
    expect(written).toHaveLength(RELAYED_BURST_BYTES / (64 * KIB));
    await clock.advance(60_000);
    expect(written).toHaveLength(16);
    expect(written.at(-1)?.[0]).toBe(((16 * 64 * KIB - RELAYED_BURST_BYTES) * 1_000) / RELAYED_BYTES_PER_SECOND);
  });

  test('R92: signs of life do not wait, and are counted', async () => {
    const { clock, channel, written } = setUp();
    for (let index = 0; index < 16; index++) void channel.write(new Uint8Array(10), new Uint8Array(64 * KIB - 10));
    await clock.advance(0);
    channel.post(new Uint8Array(5));
    expect(written.at(-1)).toEqual([0, 5]);
    await clock.advance(60_000);
    expect(written.at(-1)?.[0]).toBeGreaterThan(4_000);
  });

  test('R92: whoever waits when the connection ends is told at once', async () => {
    const { clock, channel, fail } = setUp();
    const outcomes: string[] = [];
    for (let index = 0; index < 16; index++)
      channel.write(new Uint8Array(10), new Uint8Array(64 * KIB - 10)).then(
        () => outcomes.push('sent'),
        () => outcomes.push('failed'),
      );
    await clock.advance(100);
    fail();
    await clock.advance(1);
    expect(outcomes.filter((outcome) => outcome === 'failed')).toHaveLength(8);
  });
});

test('R92: a piece larger than the burst passes once the bucket is full, and is owed', async () => {
  const clock = createVirtualClock();
  const pacer = createPacer(clock, { perSecond: 100, burst: 50 });
  const times: number[] = [];
  for (const bytes of [200, 10]) void pacer.take(bytes).then(() => times.push(clock.now()));
  await clock.advance(10_000);
  expect(times).toEqual([0, 1_600]);
});
