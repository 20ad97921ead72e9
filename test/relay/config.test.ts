import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCommandLine } from '../../relay/command-line.ts';
import { readConfig, readConfigFile, readEnvironment } from '../../relay/config.ts';

const id = '12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7';
const other = `/dns/other.example/tcp/443/tls/ws/p2p/${id}`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const file = async (value: unknown): Promise<string> => {
  const path = join(folder, 'relay.json');
  await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
};
const read = async (commandLine: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const result = await readCommandLine(commandLine, env);
  if (!result.ok) throw new Error(result.error.message);
  if (result.value === 'help') throw new Error('help');
  return result.value;
};

describe('R23: settings', () => {
  test('come from the command line, then the environment, then the file', async () => {
    const path = await file({ port: 1, host: '::1', drainSeconds: 5, stun: ['stun:file.example'] });
    const { config, dev, buildOnly } = await read(['--config', path, '--port', '3'], {
      PORT: '2',
      PEERAGE_HOST: '0.0.0.0',
    });
    expect(config).toEqual({ port: 3, host: '0.0.0.0', drainSeconds: 5, stun: ['stun:file.example'] });
    expect([dev, buildOnly]).toEqual([false, false]);
    expect((await read([], { PEERAGE_CONFIG: path })).config.port).toBe(1);
  });

  test('all of the command line', async () => {
    const { config } = await read([
      ...['--public-address', 'https://relay.example', '--peer-relay', other, '--peer-relay', other],
      ...['--allow-origin', 'https://page.example', '--allow-origin', '*', '--trust-proxy', '2'],
      ...['--relay-only', '--key-file', 'relay.key', '--drain', '0', '--log', 'json'],
    ]);
    expect(config).toEqual({
      publicAddress: 'https://relay.example',
      peerRelays: [other, other],
      allowedOrigins: ['https://page.example', '*'],
      trustProxy: 2,
      relayOnly: true,
      keyFile: 'relay.key',
      drainSeconds: 0,
      log: 'json',
    });
  });

  test('lists and the secret of the TURN server come from the environment, beside what the file says of it', async () => {
    const path = await file({ turn: { urls: ['turn:turn.example'], secret: 'from the file itself', ttlSeconds: 600 } });
    const { config } = await read(['--config', path], {
      PEERAGE_PUBLIC_ADDRESS: 'https://relay.example',
      PEERAGE_PEER_RELAYS: `${other}, ${other}`,
      PEERAGE_TURN_SECRET: 'sixteen characters',
      PEERAGE_STUN: 'stun:a.example stun:b.example',
    });
    expect(config.turn).toEqual({ urls: ['turn:turn.example'], secret: 'sixteen characters', ttlSeconds: 600 });
    expect(config.peerRelays).toHaveLength(2);
    expect(config.stun).toEqual(['stun:a.example', 'stun:b.example']);
  });

  test.each([
    [{ port: 70_000 }, 'port must be at most 65535.'],
    [{ port: 'http' }, 'port must be a number.'],
    [{ prot: 1 }, 'prot is no setting.'],
    [{ limits: { conections: 1 } }, 'limits.conections is no setting.'],
    [{ limits: { connections: 0 } }, 'limits.connections must be at least 1.'],
    [{ publicAddress: 'relay.example' }, 'publicAddress "relay.example" is no address of a relay'],
    [{ peerRelays: ['https://other.example'] }, 'peerRelays.0 "https://other.example" is no relay\'s multiaddr'],
    [{ peerRelays: [other] }, 'peerRelays needs publicAddress'],
    [{ allowedOrigins: ['https://page.example/'] }, 'is no origin'],
    [{ stun: ['turn:a.example'] }, 'stun.0 "turn:a.example" is no address of a STUN server'],
    [{ stun: ['stun:a', 'stun:b', 'stun:c', 'stun:d', 'stun:e'] }, 'stun must be at most 4'],
    [{ turn: { urls: ['turn:a'], secret: 'short' } }, 'turn.secret must be at least 16 characters'],
    [{ turn: { urls: [], secret: 'x'.repeat(16) } }, 'turn.urls must name a server'],
    [{ log: 'xml' }, 'log must be "words" or "json".'],
    ['{', 'is not JSON'],
    ['[]', 'must hold one JSON object'],
  ])('%j is refused: %s', async (value, words) => {
    const result = await readCommandLine(['--config', await file(value)], {});
    expect(result).toMatchObject({ ok: false, error: { type: 'bad-config', message: expect.stringContaining(words) } });
  });

  test('a file that is not there and an unknown option are named', async () => {
    expect(await readCommandLine(['--config', join(folder, 'no.json')], {})).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('no.json') },
    });
    expect(await readCommandLine(['--prot', '1'], {})).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('--prot'), remedy: expect.stringContaining('--port NUMBER') },
    });
    expect(await readCommandLine(['--port', 'http'], {})).toMatchObject({
      ok: false,
      error: { message: 'port must be a number.' },
    });
    expect(await readCommandLine(['--help'], {})).toEqual({ ok: true, value: 'help' });
  });

  test('any file is read within the limits or refused with a sentence', () => {
    const wild = fc.oneof(
      fc.json(),
      fc.string(),
      fc.record({
        port: fc.anything(),
        turn: fc.anything(),
        stun: fc.array(fc.anything()),
        limits: fc.dictionary(fc.string(), fc.anything()),
      }),
    );
    fc.assert(
      fc.property(wild, (value) => {
        const text =
          typeof value === 'string'
            ? value
            : (JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? 'big' : part)) ?? '');
        const settings = readConfigFile('relay.json', text);
        const config = settings.ok ? readConfig([settings.value]) : settings;
        if (!config.ok) expect(config.error.message).toMatch(/\.$/);
        else if (config.value.port !== undefined) expect(config.value.port).toBeLessThanOrEqual(65_535);
      }),
    );
  });

  test('any environment is read or refused', () => {
    const names = [
      'PORT',
      'PEERAGE_STUN',
      'PEERAGE_TURN_URLS',
      'PEERAGE_TURN_SECRET',
      'PEERAGE_TRUST_PROXY',
      'PEERAGE_LOG',
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string({ unit: 'binary' })), (env) => {
        const config = readConfig([readEnvironment(env, undefined)]);
        if (!config.ok) expect(config.error.type).toBe('bad-config');
      }),
    );
  });
});
