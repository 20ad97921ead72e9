import { expect, test, vi } from 'vitest';
import { asPeerId } from '#vocabulary';
import type { Channel, ChannelListener } from '../../../src/swarm/session/channel.ts';
import { overPath } from '../../../src/swarm/paths/path-channel.browser.ts';

/** As much of an RTCPeerConnection as tells the path. */
class FakeConnection extends EventTarget {
  types: readonly [local: string, remote: string] = ['relay', 'srflx'];
  isClosed = false;
  readonly ice = Object.assign(new EventTarget(), { onselectedcandidatepairchange: null });
  readonly sctp = { transport: { iceTransport: this.ice } };
  async getStats(): Promise<Map<string, object>> {
    if (this.isClosed) throw new DOMException('closed', 'InvalidStateError');
    const [local, remote] = this.types;
    const entries = [
      { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
      { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r' },
      { id: 'l', type: 'local-candidate', candidateType: local, protocol: 'udp' },
      { id: 'r', type: 'remote-candidate', candidateType: remote, protocol: 'udp' },
    ];
    return new Map(entries.map((entry) => [entry.id, entry]));
  }
  change(...types: readonly [string, string]): void {
    this.types = types;
    this.ice.dispatchEvent(new Event('selectedcandidatepairchange'));
  }
}

async function setUp() {
  const connection = new FakeConnection();
  let inner: ChannelListener | undefined;
  const bare: Channel = {
    peer: asPeerId('berta'),
    initiator: asPeerId('anna'),
    kind: 'direct',
    listen: (listener) => void (inner = listener),
    write: async () => undefined,
    post: () => undefined,
    close: () => undefined,
    abort: () => undefined,
  };
  const channel = await overPath(bare, connection as unknown as RTCPeerConnection);
  const changes: string[] = [];
  const onClose = vi.fn<() => void>();
  channel.listen({
    onActivity: () => undefined,
    onFrame: () => undefined,
    onPathChange: () => void changes.push(channel.kind),
    onClose,
  });
  return { connection, channel, changes, onClose, end: () => inner?.onClose() };
}

test('R86: a new pair of addresses changes the kind of the connection, the same pair nothing', async () => {
  const { connection, channel, changes } = await setUp();
  expect(channel).toMatchObject({ kind: 'turn', path: { local: 'relay', remote: 'srflx', protocol: 'udp' } });
  connection.change('relay', 'srflx');
  connection.change('srflx', 'srflx');
  await vi.waitFor(() => expect(changes).toEqual(['direct']));
  expect(channel.path).toEqual({ local: 'srflx', remote: 'srflx', protocol: 'udp' });
  connection.change('host', 'relay');
  await vi.waitFor(() => expect(changes).toEqual(['direct', 'turn']));
});

test('R86: a closed connection tells nothing more', async () => {
  const { connection, changes, onClose, end } = await setUp();
  end();
  expect(onClose).toHaveBeenCalledOnce();
  connection.change('host', 'host');
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(changes).toEqual([]);
});

test('R86: a path that the browser will not tell is taken for direct', async () => {
  const connection = new FakeConnection();
  connection.isClosed = true;
  const bare = { kind: 'direct' } as unknown as Channel;
  const channel = await overPath(bare, connection as unknown as RTCPeerConnection);
  expect(channel).toMatchObject({ kind: 'direct', path: undefined });
});
