import { type Failure, type Result, err, equalBytes, failure, ok, sha256 } from '#vocabulary';
import { cleanName } from '../session/advert.ts';
import { type Room, ROOM_SECRET_BYTES } from './room.ts';

/*
 * An invitation is the fragment of a link, which browsers send to no server: `#room=TOKEN`. TOKEN is base64url without
 * padding of: version (1 byte), secret (16), name (UTF-8, at most 32 characters), and the first four bytes of the
 * SHA-256 of all that. Without the checksum a link with a letter missing would lead into an empty room, in silence.
 */

export type InvitationError = Failure<'not-an-invitation'>;

const VERSION = 1;
const CHECKSUM_BYTES = 4;
const FRAGMENT_KEY = 'room';
/** 32 characters of 4 bytes. */
const MAX_NAME_BYTES = 128;
/** A pasted link with its origin, and blank space around it. */
const MAX_TEXT_LENGTH = 2_048;

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The link that lets others in. `origin`: `location.origin` of the page. Of the public room: the page itself. */
export function inviteLink(room: Room, origin: string): string {
  return room.secret === undefined ? `${origin}/` : `${origin}/#${FRAGMENT_KEY}=${encodeToken(room.name, room.secret)}`;
}

/** Reads a link, its fragment, or the bare token; undefined where nothing speaks of a room. Never throws. */
export function parseInvitation(text: string): Result<Room | undefined, InvitationError> {
  if (text.length > MAX_TEXT_LENGTH) return refuse('This text is too long for an invitation.');
  const trimmed = text.trim();
  const hashAt = trimmed.indexOf('#');
  const fragment = hashAt < 0 ? trimmed : trimmed.slice(hashAt + 1);
  const marked = fragment.split('&').find((part) => part.startsWith(`${FRAGMENT_KEY}=`));
  if (marked !== undefined) return decodeToken(marked.slice(FRAGMENT_KEY.length + 1));
  if (hashAt < 0 && /^[\w-]{20,}$/.test(trimmed)) return decodeToken(trimmed);
  return ok(undefined);
}

function encodeToken(name: string, secret: Uint8Array): string {
  const nameBytes = utf8.encode(name);
  if (secret.byteLength !== ROOM_SECRET_BYTES || nameBytes.byteLength > MAX_NAME_BYTES)
    throw new RangeError('not a room');
  const body = Uint8Array.of(VERSION, ...secret, ...nameBytes);
  return toBase64Url(Uint8Array.of(...body, ...checksumOf(body)));
}

function decodeToken(token: string): Result<Room, InvitationError> {
  const bytes = fromBase64Url(token);
  if (bytes === undefined) return damaged();
  const body = bytes.subarray(0, Math.max(0, bytes.byteLength - CHECKSUM_BYTES));
  if (!equalBytes(checksumOf(body), bytes.subarray(body.byteLength))) return damaged();
  if (body[0] !== VERSION)
    return refuse('This invitation is of another version.', 'Reload the page, then open it again.');
  const secret = body.slice(1, 1 + ROOM_SECRET_BYTES);
  const name = readName(body.subarray(1 + ROOM_SECRET_BYTES));
  if (secret.byteLength !== ROOM_SECRET_BYTES || name === undefined) return damaged();
  return ok({ name, secret });
}

function readName(bytes: Uint8Array): string | undefined {
  if (bytes.byteLength > MAX_NAME_BYTES) return undefined;
  try {
    return cleanName(strictUtf8.decode(bytes)) || 'room';
  } catch {
    return undefined;
  }
}

const checksumOf = (bytes: Uint8Array): Uint8Array => sha256(bytes).subarray(0, CHECKSUM_BYTES);

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    // Several texts stand for the same bytes when the last letter has bits to spare; one of them is the invitation.
    return toBase64Url(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function damaged(): Result<never, InvitationError> {
  return refuse('This invitation is damaged or cut off.', 'Ask for the whole link again, or scan its code.');
}

function refuse(message: string, remedy?: string): Result<never, InvitationError> {
  return err(failure('not-an-invitation', message, remedy));
}
