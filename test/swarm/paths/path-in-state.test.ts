import { describe, expect, test } from 'vitest';
import { failure } from '#vocabulary';
import type { ChannelListener } from '../../../src/swarm/session/channel.ts';
import type { PathView } from '../../../src/swarm/swarm.ts';
import { createTwoMeshes, createWire } from '../session/wires.ts';

describe('paths in the state', () => {
  test('R87: the reason of the last direct attempt is shown while the peer is relayed, and no longer', async () => {
    const { clock, a, b, connect } = createTwoMeshes();
    const blocked = failure('udp-blocked', 'This network blocks UDP.', 'Add a TURN server.');
    // Known before there is any connection.
    a.setDirectFailure(b.self, blocked);
    connect(a, b, 'relayed');
    await clock.advance(100);
    expect(a.getState().peers[0]).toMatchObject({ kind: 'relayed', directFailure: blocked });
    const other = failure('no-direct-path', 'Both networks are closed.');
    a.setDirectFailure(b.self, other);
    expect(a.getState().peers[0]).toMatchObject({ directFailure: other });
    connect(a, b, 'turn');
    await clock.advance(100);
    expect(a.getState().peers[0]?.kind).toBe('turn');
    expect(a.getState().peers[0]).not.toHaveProperty('directFailure');
  });

  test('R87: it ends with the peer', async () => {
    const { clock, a, b, connect } = createTwoMeshes();
    a.setDirectFailure(b.self, failure('udp-blocked', 'This network blocks UDP.'));
    const wire = connect(a, b, 'relayed');
    await clock.advance(100);
    wire.cut();
    await clock.advance(100);
    connect(a, b, 'relayed');
    await clock.advance(100);
    expect(a.getState().peers[0]?.kind).toBe('relayed');
    expect(a.getState().peers[0]).not.toHaveProperty('directFailure');
  });

  test('R86: a path that changes while the connection lasts is shown, and told once', async () => {
    const { clock, a, b } = createTwoMeshes();
    const [mine, theirs] = createWire(clock, a.self, b.self, 'direct').ends;
    let path: PathView = { local: 'relay', remote: 'srflx', protocol: 'udp', relayProtocol: 'tcp' };
    let listener: ChannelListener | undefined;
    b.adopt(theirs);
    a.adopt({
      ...mine,
      get kind() {
        return path.local === 'relay' ? 'turn' : 'direct';
      },
      get path() {
        return path;
      },
      listen(next) {
        listener = next;
        mine.listen(next);
      },
    });
    await clock.advance(100);
    expect(a.getState().peers[0]).toMatchObject({ kind: 'turn', path });
    let told = 0;
    a.subscribe(() => told++);
    path = { local: 'srflx', remote: 'srflx', protocol: 'udp' };
    listener?.onPathChange();
    expect(told).toBe(1);
    expect(a.getState().peers[0]).toMatchObject({ kind: 'direct', path });
  });

  test('R86: of a TURN and a relayed connection the former carries messages, whoever opened them', async () => {
    const { clock, a, b, connect } = createTwoMeshes();
    connect(a, b, 'relayed', 5);
    connect(b, a, 'turn', 5);
    await clock.advance(100);
    expect([a.kindOf(b.self), b.kindOf(a.self)]).toEqual(['turn', 'turn']);
  });
});
