import { varintBytes, writeVarint } from './varint.ts';

/*
 * One message of a libp2p stream over a data channel (https://github.com/libp2p/specs/tree/master/webrtc): its length
 * as a varint, then protobuf. Of its fields only 2, the data, is read and written here. What carries a flag as well
 * (the end of a stream) is the library's business.
 */
const DATA_FIELD = 0x12;

/** What stands before the data, at most. */
export const MAX_DATA_HEADER_BYTES = 9;

/** Begins a message for `dataBytes` bytes of data; where they go. */
export function openDataMessage(bytes: Uint8Array, dataBytes: number): number {
  const fieldAt = writeVarint(bytes, 0, 1 + varintBytes(dataBytes) + dataBytes);
  bytes[fieldAt] = DATA_FIELD;
  return writeVarint(bytes, fieldAt + 1, dataBytes);
}

/** The data of a message that is whole and carries nothing else, as a view into it; undefined for all other bytes. */
export function readDataMessage(bytes: Uint8Array): Uint8Array | undefined {
  const fieldAt = skipLength(bytes, 0);
  if (fieldAt === undefined || bytes[fieldAt] !== DATA_FIELD) return undefined;
  const dataAt = skipLength(bytes, fieldAt + 1);
  return dataAt === undefined ? undefined : bytes.subarray(dataAt);
}

/** Where the varint at `start` ends, if it counts exactly the bytes behind it. */
function skipLength(bytes: Uint8Array, start: number): number | undefined {
  let value = 0;
  // Four bytes count to 268 million: no message is longer.
  for (let at = start; at < Math.min(bytes.byteLength, start + 4); at++) {
    const byte = bytes[at] as number;
    value |= (byte & 0x7f) << (7 * (at - start));
    if (byte < 0x80) return value === bytes.byteLength - at - 1 ? at + 1 : undefined;
  }
  return undefined;
}
