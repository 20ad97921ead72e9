import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '#vocabulary';
import { cleanName } from '../../../src/swarm/session/advert.ts';
import { inviteLink, parseInvitation } from '../../../src/swarm/room/invitation.ts';
import { createRoom, isRoom, publicRoom, viewOfRoom } from '../../../src/swarm/room/room.ts';

const ORIGIN = 'https://peerage.example:8443';
const anyRoom = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 200 }), fc.string())
  .map(([name, seed]) => createRoom(name, createSeededRandom(seed)));
const tokenOf = (link: string): string => link.split('#room=')[1] as string;

describe('R24: invitations', () => {
  test('a link, its fragment and its token lead into the same room', () => {
    fc.assert(
      fc.property(anyRoom, (room) => {
        expect(isRoom(room)).toBe(true);
        const link = inviteLink(room, ORIGIN);
        expect(link.startsWith(`${ORIGIN}/#room=`)).toBe(true);
        for (const text of [link, `  ${link}\n`, `#room=${tokenOf(link)}`, `#a=b&room=${tokenOf(link)}`, tokenOf(link)])
          expect(parseInvitation(text)).toEqual({ ok: true, value: room });
      }),
    );
  });

  test('a link fits into a QR code that a phone reads at arm’s length', () => {
    const longest = createRoom('\u{1F41D}'.repeat(32), createSeededRandom('long'));
    expect(inviteLink(longest, ORIGIN).length).toBeLessThan(260);
    expect(inviteLink(createRoom('Bees', createSeededRandom('short')), ORIGIN).length).toBeLessThan(80);
  });

  test('one letter changed, lost or added is noticed', () => {
    fc.assert(
      fc.property(
        anyRoom,
        fc.nat(),
        fc.constantFrom(...'ABCXYZabcxyz0123456789-_'),
        fc.constantFrom('change' as const, 'lose' as const, 'add' as const),
        (room, position, letter, fault) => {
          const token = tokenOf(inviteLink(room, ORIGIN));
          const at = position % token.length;
          const [before, after] = [token.slice(0, at), token.slice(fault === 'add' ? at : at + 1)];
          const damaged = before + (fault === 'lose' ? '' : letter) + after;
          fc.pre(damaged !== token);
          expect(parseInvitation(`#room=${damaged}`)).toMatchObject({ error: { type: 'not-an-invitation' } });
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('arbitrary text is an invitation, none, or refused; never thrown at', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 3000 }),
          fc.string().map((text) => `#room=${text}`),
        ),
        (text) => {
          const read = parseInvitation(text);
          if (!read.ok) expect(read.error.type).toBe('not-an-invitation');
          else if (read.value !== undefined) expect(isRoom(read.value)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('text without a room is no invitation; of the public room the link is the page', () => {
    for (const text of ['', ORIGIN, `${ORIGIN}/?persona=anna`, '#', '#settings', 'hello there'])
      expect(parseInvitation(text)).toEqual({ ok: true, value: undefined });
    expect(inviteLink(publicRoom, ORIGIN)).toBe(`${ORIGIN}/`);
    expect(parseInvitation(inviteLink(publicRoom, ORIGIN))).toEqual({ ok: true, value: undefined });
  });

  test('an invitation of a later version says so', () => {
    expect(parseInvitation('#room=AgAAAAAAAAAAAAAAAAAAAABAHabq')).toMatchObject({
      error: { type: 'not-an-invitation', message: expect.stringContaining('another version') as string },
    });
  });

  test('an invitation has exactly these letters', () => {
    const room = { name: 'Bees', secret: new Uint8Array(16) };
    expect(inviteLink(room, ORIGIN)).toBe(`${ORIGIN}/#room=AQAAAAAAAAAAAAAAAAAAAABCZWVzg_dc0Q`);
  });
});

test('R22: a room has a name fit to be shown, and only a private one a secret', () => {
  fc.assert(
    fc.property(anyRoom, (room) => {
      expect(room.name).toBe(cleanName(room.name));
      expect(room.secret?.byteLength).toBe(16);
      expect(viewOfRoom(room)).toEqual({ name: room.name, isPrivate: true });
    }),
  );
  expect(viewOfRoom(publicRoom)).toEqual({ name: 'public', isPrivate: false });
  expect(isRoom({ name: 'Not A Name' })).toBe(false);
  expect(isRoom({ name: 'x', secret: new Uint8Array(15) })).toBe(false);
  expect(isRoom({ name: ' x', secret: new Uint8Array(16) })).toBe(false);
});
