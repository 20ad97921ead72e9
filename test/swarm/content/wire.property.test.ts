import * as fc from 'fast-check';
import { CID } from 'multiformats/cid';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { asPeerId, bytesToHex, decodeCanonical, encodeCanonical, hexToBytes } from '#vocabulary';
import { packBits, readBits } from '../../../src/swarm/content/bitfield.ts';
import { isListOf, shapeOf } from '../../../src/swarm/content/chunk-list.ts';
import { cidBytes, cidText, readCid } from '../../../src/swarm/content/cid.ts';
import { MAX_CHUNKS, MAX_OFFERED } from '../../../src/swarm/content/constants.ts';
import { chooseList } from '../../../src/swarm/content/list-choice.ts';
import { chunkMethod, haveMethod, listMethod } from '../../../src/swarm/content/methods.ts';
import { decodeOffer, encodeOffer } from '../../../src/swarm/content/offer-wire.ts';

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytesToHex);
const peerId = fc.stringMatching(/^[\w-]{1,60}$/).map(asPeerId);

describe('names of files', () => {
  test('R55: a CID of the form is read back, as bytes and as text', () => {
    fc.assert(
      fc.property(digest, (sha256) => {
        expect(readCid(cidBytes(sha256))).toBe(sha256);
        expect(CID.parse(cidText(sha256)).bytes).toEqual(cidBytes(sha256));
      }),
    );
    // By `ipfs add --raw-leaves --cid-version 1` of a file of one byte 0x61.
    expect(cidText('ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb')).toBe(
      'bafkreigks6arfsq3xxfpvqrrwonchxcnu6do76auprhhfomao6c273sixm',
    );
  });

  test('R68: whatever else is no name', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const sha256 = readCid(bytes);
        if (sha256 !== undefined) expect(cidBytes(sha256)).toEqual(bytes);
      }),
    );
    const good = cidBytes('00'.repeat(32));
    for (const [index, value] of [
      [0, 0],
      [1, 0x70],
      [2, 0x13],
      [3, 31],
    ] as const)
      expect(readCid(good.with(index, value))).toBeUndefined();
    expect(readCid(new Uint8Array([...good, 0]))).toBeUndefined();
    expect(readCid(good.slice(0, -1))).toBeUndefined();
  });
});

describe('which chunks somebody has', () => {
  test('R68: bits are read back, one a chunk', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 100 }), (bits) => {
        expect(
          readBits(
            packBits(bits.length, (chunk) => bits[chunk] === true),
            bits.length,
          ),
        ).toEqual(bits);
      }),
    );
  });

  test('R68: other lengths, and bits beyond the last chunk, are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.integer({ min: 0, max: 100 }), (bytes, count) => {
        const bits = readBits(bytes, count);
        if (bits === undefined) return;
        expect(bits).toHaveLength(count);
        expect(packBits(count, (chunk) => bits[chunk] === true)).toEqual(bytes);
      }),
    );
    expect(readBits(new Uint8Array([0xff]), 7)).toBeUndefined();
    expect(readBits(new Uint8Array([0xfe, 0]), 7)).toBeUndefined();
  });
});

describe('announcements', () => {
  test('R67: what was announced is read back, within the limit', () => {
    fc.assert(
      fc.property(peerId, fc.array(digest, { maxLength: MAX_OFFERED + 20 }), (peer, digests) => {
        const bytes = encodeOffer({ peer, digests });
        expect(bytes.length).toBeLessThanOrEqual(8 * 1024);
        expect(decodeOffer(bytes)).toEqual({ ok: true, value: { peer, digests: digests.slice(0, MAX_OFFERED) } });
      }),
      { numRuns: 30 },
    );
  });

  test('R68: whatever else is refused, and reading never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const read = decodeOffer(bytes);
        if (read.ok) expect(encodeOffer(read.value)).toEqual(bytes);
      }),
    );
    const cid = cidBytes('11'.repeat(32));
    for (const value of [
      {},
      { peer: '', cids: [] },
      { peer: 'a b', cids: [] },
      { peer: 'x'.repeat(129), cids: [] },
      { peer: 'a', cids: [cid.slice(1)] },
      { peer: 'a', cids: Array.from({ length: MAX_OFFERED + 1 }, () => cid) },
      { peer: 'a', cids: [], more: 1 },
    ])
      expect(decodeOffer(encodeCanonical(value))).toMatchObject({ ok: false, error: { type: 'malformed-offer' } });
  });
});

describe('questions and answers', () => {
  test('R68: any value that a schema lets pass has the form that the table lists', () => {
    const cid = cidBytes('22'.repeat(32));
    const list = hexToBytes('33'.repeat(32));
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => {
        const read = decodeCanonical(bytes);
        return read.ok ? read.value : null;
      }),
      fc.record(
        {
          cid: fc.oneof(fc.constant(cid), fc.uint8Array({ maxLength: 40 })),
          list: fc.oneof(fc.constant(list), fc.uint8Array({ maxLength: 40 })),
          chunk: fc.oneof(fc.integer(), fc.double()),
          size: fc.oneof(fc.integer(), fc.double()),
          bits: fc.uint8Array({ maxLength: 40 }),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(anything, (value) => {
        const chunk = v.safeParse(chunkMethod.request, value);
        if (chunk.success) {
          expect(Object.keys(chunk.output).toSorted()).toEqual(['chunk', 'cid', 'list']);
          expect(readCid(chunk.output.cid)).toBeDefined();
          expect(chunk.output.list).toHaveLength(32);
          expect(chunk.output.chunk >= 0 && chunk.output.chunk < MAX_CHUNKS).toBe(true);
        }
        const have = v.safeParse(haveMethod.response, value);
        if (have.success && have.output !== null) expect(Number.isSafeInteger(have.output.size)).toBe(true);
        if (v.safeParse(listMethod.request, value).success) expect(value).toMatchObject({ cid, list });
      }),
    );
    expect(v.safeParse(chunkMethod.request, { cid, list, chunk: 3 }).success).toBe(true);
    expect(v.safeParse(chunkMethod.item, new Uint8Array()).success).toBe(false);
    expect(v.safeParse(haveMethod.response, { size: 1, list, bits: new Uint8Array(MAX_CHUNKS / 8 + 1) }).success).toBe(
      false,
    );
  });

  test('R55: a file has as many chunks as cover it, and a list as many digests', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 1, max: 2 ** 20 }), (sizeBytes, chunkBytes) => {
        const shape = shapeOf(sizeBytes, chunkBytes);
        expect(shape === undefined).toBe(sizeBytes === 0 || sizeBytes > MAX_CHUNKS * chunkBytes);
        if (shape === undefined) return;
        expect((shape.count - 1) * chunkBytes).toBeLessThan(sizeBytes);
        expect(shape.count * chunkBytes).toBeGreaterThanOrEqual(sizeBytes);
        expect(isListOf(new Uint8Array(shape.count * 32), shape)).toBe(true);
        expect(isListOf(new Uint8Array(shape.count * 32 + 1), shape)).toBe(false);
      }),
    );
    for (const size of [Number.NaN, Infinity, -1, 1.5]) expect(shapeOf(size, 1_000)).toBeUndefined();
  });
});

describe('which list to go by', () => {
  const claims = fc.array(fc.record({ peer: peerId, listName: fc.constantFrom('a', 'b', 'c'), isWhole: fc.boolean() }));
  test('R57: the trusted one or none; else the one that most claim who have the whole file; never an excluded one', () => {
    fc.assert(
      fc.property(claims, fc.option(fc.constantFrom('a', 'b')), fc.subarray(['a', 'b', 'c']), (given, trusted, out) => {
        const excluded = new Set(out);
        const chosen = chooseList(given, { trusted: trusted ?? undefined, excluded });
        const votes = (name: string, isWhole: boolean): number =>
          given.filter((claim) => claim.listName === name && claim.isWhole === isWhole).length;
        const allowed = ['a', 'b', 'c'].filter(
          (name) =>
            !excluded.has(name) && (trusted === null || name === trusted) && votes(name, true) + votes(name, false) > 0,
        );
        expect(chosen === undefined).toBe(allowed.length === 0);
        if (chosen === undefined) return;
        expect(allowed).toContain(chosen);
        for (const name of allowed) {
          expect(votes(chosen, true)).toBeGreaterThanOrEqual(votes(name, true));
          if (votes(chosen, true) === votes(name, true))
            expect(votes(chosen, false)).toBeGreaterThanOrEqual(votes(name, false));
        }
      }),
    );
  });
});
