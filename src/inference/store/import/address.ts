import { type Result, err, failure, ok } from '#vocabulary';
import type { ModelError, ModelSource } from '../../model.ts';
import { segmentsOf } from './file-names.ts';

/** An address that a model's file may be fetched from. */
export interface FileAddress {
  readonly href: string;
  /** The last part of its path. */
  readonly fileName: string;
  readonly source: ModelSource;
}

const maxLength = 2_048;

/** Encrypted, or this page's own server: nobody on the way can tell or change what is fetched. */
export function readAddress(text: string, ownOrigin: string): Result<FileAddress, ModelError> {
  if (text.length > maxLength) return err(unusable('it is too long'));
  if (!URL.canParse(text.trim(), ownOrigin)) return err(unusable('it is no address'));
  const url = new URL(text.trim(), ownOrigin);
  url.hash = '';
  if (url.username !== '' || url.password !== '') return err(unusable('it has a password in it'));
  const isOwn = url.origin === ownOrigin;
  if (!isOwn && url.protocol !== 'https:') return err(unusable('it does not begin with https://'));
  const segments = segmentsOf(decode(url.pathname.slice(url.pathname.lastIndexOf('/') + 1)));
  if (segments?.length !== 1) return err(unusable('it does not end with the name of a file'));
  return ok({
    href: url.href,
    fileName: segments[0] ?? '',
    source: isOwn ? { type: 'own-origin', path: `${url.pathname}${url.search}` } : { type: 'https', url: url.href },
  });
}

/** Redirects may lead away from where `readAddress` looked. */
export function isSafePlace(href: string, ownOrigin: string): boolean {
  return href.startsWith('https://') || href.startsWith(`${ownOrigin}/`);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function unusable(reason: string): ModelError {
  return failure(
    'no-source',
    `The address cannot be used: ${reason}.`,
    'Give the https:// address from which the file itself is downloaded.',
  );
}
