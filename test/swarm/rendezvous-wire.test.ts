import { describe, expect, test } from 'vitest';
import { asPeerId, bytesToHex, encodeCanonical } from '#vocabulary';
import { MAX_ROOM_MEMBERS } from '../../src/swarm/constants.ts';
import {
  decodeRendezvousNotice,
  decodeRendezvousRequest,
  encodeRendezvous,
  isRoomName,
} from '../../src/swarm/rendezvous-wire.ts';

const peer = asPeerId('12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7');

describe('R14: wire format of the rendezvous', () => {
  test('requests and notices have exactly these bytes', () => {
    const hex = (message: Parameters<typeof encodeRendezvous>[0]): string => bytesToHex(encodeRendezvous(message));
    expect(hex({ t: 'join', room: 'public' })).toBe('a26174646a6f696e64726f6f6d667075626c6963');
    expect(hex({ t: 'alive' })).toBe('a1617465616c697665');
    expect(hex({ t: 'alive?' })).toBe('a1617466616c6976653f');
    expect(hex({ t: 'members', peers: [] })).toBe('a26174676d656d6265727365706565727380');
    expect(hex({ t: 'left', peer })).toBe(
      `a26174646c65667464706565727834${bytesToHex(new TextEncoder().encode(peer))}`,
    );
  });

  test.each([
    ['another word', { t: 'enter', room: 'public' }],
    ['room with other characters', { t: 'join', room: 'Public Room' }],
    ['empty room', { t: 'join', room: '' }],
    ['room too long', { t: 'join', room: 'a'.repeat(65) }],
    ['more than was agreed', { t: 'join', room: 'public', admin: true }],
  ])('request with %s is refused', (_what, message) => {
    expect(decodeRendezvousRequest(encodeCanonical(message))).toMatchObject({ ok: false });
  });

  test.each([
    ['too many members', { t: 'members', peers: Array.from({ length: MAX_ROOM_MEMBERS + 1 }, () => peer) }],
    ['no peer id', { t: 'joined', peer: 'nobody' }],
    ['a peer id that would change an address', { t: 'joined', peer: `${peer.slice(0, 40)}/p2p/evil` }],
    ['a long reason', { t: 'refused', reason: 'x'.repeat(201) }],
  ])('notice with %s is refused', (_what, message) => {
    expect(decodeRendezvousNotice(encodeCanonical(message))).toMatchObject({ ok: false });
  });

  test('room names', () => {
    expect(['public', 'a', 'team-7', 'a'.repeat(64)].every(isRoomName)).toBe(true);
    expect(['', 'A', 'a b', 'ä', 'a/b', 'a'.repeat(65)].some(isRoomName)).toBe(false);
  });
});
