import { bytesToHex } from '#vocabulary';

/** The browser's own SHA-256, some fifteen times as fast as one in JavaScript, but only for bytes in memory. */
export async function hashWhole(bytes: ArrayBuffer): Promise<string> {
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
