import { describe, expect, test } from 'vitest';
import { findMissingFeature } from '../../src/tab/session/missing-feature.ts';
import { readPageAddress } from '../../src/tab/session/page-address.ts';

describe('the address of the page', () => {
  test('R18: names a peer of its own, or the browser’s main one where the name is none', () => {
    expect(readPageAddress('?peer=anna', 8).persona).toBe('anna');
    expect(readPageAddress('?peer=Zoë-2', 8).persona).toBe('Zoë-2');
    for (const search of ['', '?peer=', '?peer=a%20b', '?peer=../x', `?peer=${'x'.repeat(41)}`, '?peer=<b>']) {
      expect(readPageAddress(search, 8).persona).toBeUndefined();
    }
  });

  test('leaves half of the machine to its owner, takes one thread as one peer of several, and does as told', () => {
    expect([1, 2, 4, 12, 64].map((processors) => readPageAddress('', processors).threads)).toEqual([1, 1, 2, 6, 8]);
    expect(readPageAddress('?engine=ort', 2).engine).toBe('ort');
    expect(readPageAddress('?engine=abacus', 2).engine).toBeUndefined();
    expect(readPageAddress('?peer=anna', 12).threads).toBe(1);
    expect(readPageAddress('?threads=3', 2).threads).toBe(3);
    for (const wanted of ['0', '-1', '65', '2.5', 'many']) {
      expect(readPageAddress(`?threads=${wanted}`, 8).threads).toBe(4);
    }
  });
});

describe('R14: a browser that cannot run a peer is told why', () => {
  const whole = {
    isSecureContext: true,
    WebAssembly: {},
    RTCPeerConnection: {},
    BroadcastChannel: {},
    navigator: { locks: {} },
  };

  test('not at all when everything is there', () => {
    expect(findMissingFeature(whole)).toBeUndefined();
  });

  test.each([
    ['insecure-context', { ...whole, isSecureContext: false }],
    ['no-webassembly', { ...whole, WebAssembly: undefined }],
    ['no-webrtc', { ...whole, RTCPeerConnection: undefined }],
    ['old-browser', { ...whole, navigator: {} }],
    ['old-browser', { ...whole, BroadcastChannel: undefined }],
  ])('%s', (type, environment) => {
    const missing = findMissingFeature(environment);
    expect(missing?.type).toBe(type);
    expect(missing?.remedy).toBeTruthy();
  });
});
