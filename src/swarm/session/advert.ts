import * as v from 'valibot';
import type { Advert } from '../swarm.ts';
import { SWARM_PROTOCOL_VERSION } from '../constants.ts';

const MAX_NAME_CHARACTERS = 32;
const MAX_MODEL_ID_LENGTH = 128;
const MAX_ENGINE_LENGTH = 64;
/** Faster than any device there is; beyond it the figure is a lie or an error. */
const MAX_TOKENS_PER_SECOND = 1_000_000;

// Control characters, bidirectional overrides and other format characters, line and paragraph separators,
// lone surrogates, unassigned characters: none has a place in a name, and some make it look like another.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** A name that can stand in one line of a page: printable, single-spaced, at most 32 characters. */
export function cleanName(text: string): string {
  const oneLine = text.slice(0, 1024).normalize('NFC').replace(/\s+/gu, ' ');
  const printable = oneLine.replace(unprintable, '').replace(/ +/gu, ' ').trim();
  return [...printable].slice(0, MAX_NAME_CHARACTERS).join('').trim();
}

const asciiLine = (maxLength: number) =>
  v.pipe(v.string(), v.maxLength(maxLength), v.regex(/^[\x20-\x7e]*$/, 'not printable ASCII'));
const speed = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(MAX_TOKENS_PER_SECOND));

/** Also how a received advert is read; fields of later versions are left out. */
export const advertSchema = v.object({
  protocolVersion: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff)),
  name: v.pipe(v.string(), v.maxLength(1024), v.transform(cleanName)),
  modelId: asciiLine(MAX_MODEL_ID_LENGTH),
  engine: asciiLine(MAX_ENGINE_LENGTH),
  contributing: v.boolean(),
  prefillTokensPerSecond: speed,
  decodeTokensPerSecond: speed,
});

/** What a tab says before anybody told it better: present, offering nothing. */
export const EMPTY_ADVERT: Advert = {
  protocolVersion: SWARM_PROTOCOL_VERSION,
  name: '',
  modelId: '',
  engine: '',
  contributing: false,
  prefillTokensPerSecond: 0,
  decodeTokensPerSecond: 0,
};

/** Brings this tab's own advert within the limits; throws when it cannot be, which is a fault of the caller. */
export function tidyAdvert(advert: Advert): Advert {
  const tidySpeed = (value: number): number =>
    Number.isFinite(value) ? Math.min(MAX_TOKENS_PER_SECOND, Math.max(0, value)) : 0;
  return v.parse(advertSchema, {
    ...advert,
    name: cleanName(advert.name),
    prefillTokensPerSecond: tidySpeed(advert.prefillTokensPerSecond),
    decodeTokensPerSecond: tidySpeed(advert.decodeTokensPerSecond),
  });
}
