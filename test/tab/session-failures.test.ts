/** What a session makes of ports that fail: it runs on and says what is wrong. */
import { describe, expect, test, vi } from 'vitest';
import { defaultModel } from '#inference';
import { SWARM_PROTOCOL_VERSION } from '#swarm';
import { asModelId, asRoundId } from '#vocabulary';
import { NO_TOTALS } from '../../src/tab/session/network-defaults.ts';
import type { NetworkMemory } from '../../src/tab/session/network-memory.ts';
import { OTHER_RELAY } from './scripted-network.ts';
import type { ModelsMemory } from '../../src/tab/session/models-memory.ts';
import { createLocalSettings } from '../../src/tab/session/settings.local-storage.ts';
import { DEFAULT_POLICY } from '../../src/tab/session/sharing-defaults.ts';
import { createFakes, start } from './scripted-session.ts';

const noticesOf = (session: Awaited<ReturnType<typeof start>>): readonly string[] =>
  session
    .getSnapshot()
    .notices.map(({ failure }) => `${failure.type}: ${failure.remedy === undefined ? '' : 'remedy'}`);

const refuse = async (): Promise<never> => {
  throw new Error('The disk is gone.');
};

describe('R24: a session runs on and says what is wrong', () => {
  test('when the swarm cannot start', async () => {
    const fakes = createFakes();
    const session = await start(fakes, { swarm: { ...fakes.swarm, start: refuse } });
    expect(noticesOf(session)).toEqual(['swarm-not-started: remedy']);
    expect(session.getSnapshot().model.status).toBe('ready');
  });

  test('when earlier questions cannot be read or removed', async () => {
    const fakes = createFakes();
    const session = await start(fakes, { archive: { ...fakes.ports.archive, all: refuse, remove: refuse } });
    session.forgetRound(asRoundId('00'.repeat(16)));
    await fakes.clock.advance(1);
    expect(noticesOf(session)).toEqual(['archive-unread: remedy', 'not-forgotten: remedy']);
  });

  test('when the ledger cannot be read', async () => {
    const fakes = createFakes();
    const session = await start(fakes, { ledger: { ...fakes.ports.ledger, all: refuse } });
    expect(noticesOf(session)).toEqual(['ledger-unread: remedy']);
  });

  test('when the engine has died with its model', async () => {
    const fakes = createFakes();
    const session = await start(fakes);
    expect(session.getSnapshot().model.status).toBe('ready');
    fakes.loseEngine();
    expect(session.getSnapshot().model).toMatchObject({ status: 'failed', error: { type: 'engine-crashed' } });
    expect(fakes.swarm.setAdvert.mock.lastCall).toMatchObject([{ modelId: '' }]);
    session.retryModel();
    await fakes.clock.advance(1);
    expect(session.getSnapshot().model.status).toBe('ready');
  });
});

test('R25: peers are told what a peer offers when that changes, not with every step of a download', async () => {
  const fakes = createFakes();
  await start(fakes);
  const told = fakes.swarm.setAdvert.mock.calls.map(([advert]) => advert);
  expect(told).toMatchObject([
    { modelId: '', protocolVersion: SWARM_PROTOCOL_VERSION },
    { modelId: defaultModel.id, protocolVersion: SWARM_PROTOCOL_VERSION },
  ]);
});

test('R26: settings survive a reload whatever name was chosen', () => {
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
  try {
    const sharing = { ...DEFAULT_POLICY, maxDuty: 0.5, schedule: { fromMinute: 1_320, toMinute: 360 } };
    const models: ModelsMemory = {
      chosen: { modelId: asModelId('own-1'), name: 'Mine', engine: 'ort' },
      speeds: [
        { engine: 'ort', modelId: 'own-1', prefillTokensPerSecond: 30, decodeTokensPerSecond: 9, measuredAtMs: 1 },
      ],
      brokenLoads: 1,
    };
    const network: NetworkMemory = {
      relays: [OTHER_RELAY],
      iceServers: [{ url: 'turn:turn.example:3478?transport=udp', username: 'ada', credential: 'secret' }],
      uploads: { isSharing: false, uploadBytesPerSecond: 500_000, maxUploads: 2 },
      rooms: [{ id: 'a1', name: 'Reading circle', invitation: 'room=AW', lastUsedMs: 5 }],
      roomId: 'a1',
      traffic: { day: '2026-03-14', today: { ...NO_TOTALS, givenBytes: 1 }, total: { ...NO_TOTALS, takenBytes: 2 } },
    };
    const settings = { name: '🦊'.repeat(32), contributing: false, sharing, models, network, tokensForOthers: 12_345 };
    createLocalSettings('anna').save(settings);
    expect(createLocalSettings('anna').load()).toEqual(settings);
  } finally {
    vi.unstubAllGlobals();
  }
});
