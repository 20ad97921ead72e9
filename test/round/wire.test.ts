import { describe, expect, test } from 'vitest';
import { asRoundId, bytesToHex, hexToBytes } from '#vocabulary';
import { type WireMessage, decodeMessage, encodeMessage } from '../../src/round/wire.ts';

const round = asRoundId('000102030405060708090a0b0c0d0e0f');
/** The field `round`, the same in every message; a bar stands for it below. */
const ROUND_HEX = '65726f756e6478203030303130323033303430353036303730383039306130623063306430653066';
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const salt = Uint8Array.from({ length: 16 }, (_, index) => index);

/** Every kind of message and its bytes. A change here is a change of the protocol and needs a new version of it. */
const GOLDEN: readonly (readonly [WireMessage, string])[] = [
  [
    { t: 'ask', round, record: bytes(1), question: 'Why?' },
    'a461746361736b|667265636f72644101687175657374696f6e645768793f',
  ],
  [{ t: 'accept', round, model: 'm' }, 'a3617466616363657074656d6f64656c616d|'],
  [{ t: 'decline', round, reason: 'busy' }, 'a36174676465636c696e65|66726561736f6e6462757379'],
  [
    { t: 'progress', round, stage: 'answering', share: 0.25 },
    'a461746870726f6772657373|657368617265fb3fd000000000000065737461676569616e73776572696e67',
  ],
  [
    { t: 'progress', round, stage: 'judging', share: 1 },
    'a461746870726f6772657373|65736861726501657374616765676a756467696e67',
  ],
  [{ t: 'roster', round, record: bytes(1) }, 'a3617466726f73746572|667265636f72644101'],
  [{ t: 'commit', round, record: bytes(1) }, 'a3617466636f6d6d6974|667265636f72644101'],
  [
    { t: 'lineup', round, record: bytes(1), commits: [bytes(2), bytes(3)] },
    'a46174666c696e657570|667265636f7264410167636f6d6d6974738241024103',
  ],
  [
    { t: 'reveal', round, record: bytes(1), text: 'é', salt, tokens: 2, ms: 300 },
    'a761746672657665616c626d7319012c6473616c7450000102030405060708090a0b0c0d0e0f647465787462c3a9|667265636f7264410166746f6b656e7302',
  ],
  [
    { t: 'slate', round, reveals: [{ record: bytes(1), text: 'é', salt, tokens: 2, ms: 300 }] },
    'a3617465736c617465|6772657665616c7381a5626d7319012c6473616c7450000102030405060708090a0b0c0d0e0f647465787462c3a9667265636f7264410166746f6b656e7302',
  ],
  [{ t: 'ballot-commit', round, record: bytes(1) }, 'a361746d62616c6c6f742d636f6d6d6974|667265636f72644101'],
  [{ t: 'ballot-box', round, commits: [bytes(2)] }, 'a361746a62616c6c6f742d626f78|67636f6d6d697473814102'],
  [{ t: 'ballot', round, record: bytes(1) }, 'a361746662616c6c6f74|667265636f72644101'],
  [
    { t: 'verdict', round, record: bytes(1), ballots: [bytes(2)] },
    'a461746776657264696374|667265636f726441016762616c6c6f7473814102',
  ],
  [{ t: 'confirmation', round, record: bytes(1) }, 'a361746c636f6e6669726d6174696f6e|667265636f72644101'],
  [{ t: 'settled', round, confirmations: [] }, 'a3617467736574746c6564|6d636f6e6669726d6174696f6e7380'],
  [{ t: 'stop', round, reason: 'x' }, 'a361746473746f70|66726561736f6e6178'],
];

describe('the bytes of a message', () => {
  test.each(GOLDEN.map(([message, hex]) => [message.t, message, hex] as const))(
    'R12: of %s are these',
    (_, message, hex) => {
      const expected = hex.replace('|', ROUND_HEX);
      expect(bytesToHex(encodeMessage(message))).toBe(expected);
      expect(decodeMessage(hexToBytes(expected))).toEqual({ ok: true, value: message });
    },
  );

  test('R12: every kind is among them', () => {
    expect(new Set(GOLDEN.map(([message]) => message.t)).size).toBe(16);
  });
});

describe('bytes that are no message', () => {
  test.each<[string, Uint8Array]>([
    ['nothing', bytes()],
    ['another type', bytes(0xf6)],
    ['an unknown kind', encodeMessage({ t: 'shout', round } as unknown as WireMessage)],
    ['a field too many', encodeMessage({ t: 'accept', round, model: 'm', extra: 1 } as unknown as WireMessage)],
    ['a field too few', encodeMessage({ t: 'accept', round } as unknown as WireMessage)],
    ['a round of another form', encodeMessage({ t: 'accept', round: asRoundId('ABC'), model: 'm' })],
    ['more than all of the work', encodeMessage({ t: 'progress', round, stage: 'judging', share: 1.5 })],
    ['an empty question', encodeMessage({ t: 'ask', round, record: bytes(1), question: '' })],
    ['a question too long', encodeMessage({ t: 'ask', round, record: bytes(1), question: 'x'.repeat(4_001) })],
    [
      'a salt of another length',
      encodeMessage({ t: 'reveal', round, record: bytes(1), text: '', salt: bytes(1), tokens: 1, ms: 1 }),
    ],
    [
      'an answer too long',
      encodeMessage({ t: 'reveal', round, record: bytes(1), text: 'é'.repeat(2_561), salt, tokens: 1, ms: 1 }),
    ],
    [
      'more peers than a round has',
      encodeMessage({ t: 'ballot-box', round, commits: Array.from({ length: 36 }, () => bytes(1)) }),
    ],
    ['a statement too large to be passed on', encodeMessage({ t: 'commit', round, record: new Uint8Array(7_001) })],
    ['more than a message may hold', new Uint8Array(256 * 1024 + 1)],
  ])('R12: %s', (_, malformed) => {
    expect(decodeMessage(malformed)).toMatchObject({ ok: false, error: { type: 'malformed-message' } });
  });
});
