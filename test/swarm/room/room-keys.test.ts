import { describe, expect, test } from 'vitest';
import { asPeerId, bytesToHex, createSeededRandom } from '#vocabulary';
import { isRoomName } from '../../../src/swarm/joining/rendezvous-wire.ts';
import { createRoom, publicRoom } from '../../../src/swarm/room/room.ts';
import { deriveRoomKeys } from '../../../src/swarm/room/room-keys.ts';

const [anna, berta, eve] = [asPeerId('anna'), asPeerId('berta'), asPeerId('eve')];
const room = createRoom('Bees', createSeededRandom('bees'));

describe('R22: what a relay knows a room by', () => {
  test('the name of a public room; of a private one, something that tells neither secret nor name', () => {
    expect(deriveRoomKeys(publicRoom).rendezvousName).toBe('public');
    const { rendezvousName } = deriveRoomKeys(room);
    expect(isRoomName(rendezvousName)).toBe(true);
    expect(rendezvousName).not.toContain(bytesToHex(room.secret as Uint8Array).slice(0, 8));
    expect(deriveRoomKeys({ ...room, name: 'Renamed' }).rendezvousName).toBe(rendezvousName);
    expect(deriveRoomKeys(createRoom('Bees', createSeededRandom('others'))).rendezvousName).not.toBe(rendezvousName);
  });

  test('is the same for ever (values of another implementation of HKDF and HMAC)', () => {
    const fixed = deriveRoomKeys({ name: 'x', secret: new Uint8Array(16) });
    expect(fixed.rendezvousName).toBe('p-909467b4c82c18479da9a349d3d70f97c40c28e5b7e60c30');
    expect(bytesToHex(fixed.prove(anna, berta))).toBe('da772e266bfc50061bc334bca1b00558');
  });
});

describe('R23: proof of membership', () => {
  const keys = deriveRoomKeys(room);
  const proof = keys.prove(anna, berta);

  test('holds for the peer that shows it to the peer it was made for, and for nobody else', () => {
    expect(keys.verify(proof, anna, berta)).toBe(true);
    expect(keys.verify(proof, berta, anna)).toBe(false);
    expect(keys.verify(proof, eve, berta)).toBe(false);
    expect(keys.verify(proof, anna, eve)).toBe(false);
  });

  test('does not hold in another room, cut short, or with a bit changed', () => {
    for (const other of [publicRoom, createRoom('Bees', createSeededRandom('others')), { name: 'Bees' }])
      expect(deriveRoomKeys(other).verify(proof, anna, berta)).toBe(false);
    expect(keys.verify(proof.subarray(0, 15), anna, berta)).toBe(false);
    expect(keys.verify(new Uint8Array(), anna, berta)).toBe(false);
    for (let bit = 0; bit < 128; bit++) {
      const changed = proof.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(keys.verify(changed, anna, berta)).toBe(false);
    }
  });
});
