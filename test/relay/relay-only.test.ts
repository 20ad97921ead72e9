import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadRelayKey } from '../../relay/relay-key.ts';
import { type RelayProcess, freePort, startRelayProcess } from './relay-process.ts';
import { type RelayStage, type StagedRelay, createRelayStage, enterRoom } from './relay-stage.ts';

let stage: RelayStage;
let folder: string;
let relay: RelayProcess | undefined;
beforeEach(async () => {
  stage = await createRelayStage();
  folder = await mkdtemp(join(tmpdir(), 'relay-only-'));
});
afterEach(async () => {
  relay?.child.kill('SIGKILL');
  await relay?.exited;
  await stage.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(more: readonly string[] = []): Promise<{ address: string; port: number; url: string }> {
  const keyFile = join(folder, 'relay.key');
  const port = await freePort();
  relay = startRelayProcess(['--port', String(port), '--key-file', keyFile, ...more]);
  const { relay: id } = await relay.event('started');
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  return { address: `/ip4/127.0.0.1/tcp/${port}/ws/p2p/${String(id)}`, port, url: `http://127.0.0.1:${port}` };
}

describe('a relay alone, in a process of its own', () => {
  test('W23, R25: has no page, and says what it does', async () => {
    const { address, url } = await start();
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok', models: [] });
    const stay = await enterRoom(await stage.tab(address), address);
    await stay.next('members');
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^peerage_relay_joins_total 1$/m);
    expect(metrics).toMatch(/^peerage_relay_join_seconds_count 1$/m);
    expect(metrics).toMatch(/^nodejs_eventloop_lag_seconds /m);
    expect(relay?.lines.some(({ event }) => event === 'note')).toBe(false);
  });

  test('W24, R21: SIGTERM tells the tabs, waits until the last has gone, and takes nobody meanwhile', async () => {
    const { address, url } = await start(['--drain', '20']);
    const tab = await stage.tab(address);
    const stay = await enterRoom(tab, address);
    await stay.next('members');
    const began = performance.now();
    relay?.child.kill('SIGTERM');
    await stay.next('draining');
    expect((await fetch(`${url}/health`)).status).toBe(503);
    await expect(stage.tab(address)).rejects.toThrow();
    expect(relay?.child.exitCode).toBeNull();
    await tab.stop();
    expect(await relay?.exited).toBe(0);
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(relay?.lines.map(({ event }) => event)).toEqual(['started', 'draining', 'stopped']);
  });

  test('W24: a tab that stays is cut off when the time is over', async () => {
    const { address } = await start(['--drain', '1']);
    const stay = await enterRoom(await stage.tab(address), address);
    await stay.next('members');
    const began = performance.now();
    relay?.child.kill('SIGTERM');
    expect(await relay?.exited).toBe(0);
    expect(performance.now() - began).toBeGreaterThan(900);
    await stay.ended;
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('W24: %s ends it at once where nobody has to wait', async (signal) => {
    const { address } = await start(['--drain', '60']);
    // Ctrl-C waits for nobody, a service without tabs has nobody to wait for.
    if (signal === 'SIGINT') await (await enterRoom(await stage.tab(address), address)).next('members');
    const began = performance.now();
    relay?.child.kill(signal);
    expect(await relay?.exited).toBe(0);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test('R16: the tabs of a relay that is killed are gone for those of another within seconds', async () => {
    const [near] = (await stage.relays(1)) as [StagedRelay];
    const port = await freePort();
    const keyFile = join(folder, 'relay.key');
    const id = peerIdFromPrivateKey(await loadRelayKey(keyFile)).toString();
    const address = `/ip4/127.0.0.1/tcp/${port}/ws/p2p/${id}`;
    relay = startRelayProcess([
      ...['--port', String(port), '--key-file', keyFile],
      ...['--public-address', `http://127.0.0.1:${port}`, '--peer-relay', near.address],
    ]);
    await near.start({ otherRelays: [address] });
    await relay.event('another relay is there');
    const tab = await stage.tab(address);
    await (await enterRoom(tab, address)).next('members');
    await vi.waitFor(() => expect(near.node().stats().registrationsElsewhere).toBe(1), { timeout: 10_000 });
    const stay = await enterRoom(await stage.tab(near.address), near.address);
    expect(await stay.next('members')).toMatchObject({
      members: [{ peer: tab.peerId.toString(), relay: address }],
    });

    const began = performance.now();
    relay.child.kill('SIGKILL');
    expect(await stay.next('left', 15_000)).toEqual({ t: 'left', peer: tab.peerId.toString() });
    expect(performance.now() - began).toBeLessThan(12_000);
    expect(near.node().relays()).toEqual([near.address]);
  });
});
