/** How a session lends its model out, and when it does not. */
import { describe, expect, test, vi } from 'vitest';
import { createLocalSettings } from '../../src/tab/session/settings.local-storage.ts';
import { INITIAL_SETTINGS } from '../../src/tab/session/settings.ts';
import { DEFAULT_POLICY, DUTY_WINDOW_MS } from '../../src/tab/session/sharing-defaults.ts';
import { settledRound } from './fixtures/rounds.ts';
import { createFakes, start } from './scripted-session.ts';

const onBattery = { battery: { status: 'on-battery', level: 0.1 } } as const;

async function openStage() {
  const fakes = createFakes();
  const session = await start(fakes);
  return {
    ...fakes,
    session,
    isLent: (): boolean | undefined => fakes.setContributing.mock.lastCall?.[0],
    advertised: (): unknown => fakes.swarm.setAdvert.mock.lastCall?.[0],
  };
}

describe('R40: a session', () => {
  test('accepts no new round while sharing rests, tells peers and page, and goes on by itself', async () => {
    const { session, sharing, isLent, advertised } = await openStage();
    expect(isLent()).toBe(true);
    expect(advertised()).toMatchObject({ contributing: true });
    sharing.change(onBattery);
    expect(isLent()).toBe(false);
    expect(advertised()).toMatchObject({ contributing: false });
    expect(session.getSnapshot()).toMatchObject({
      contributing: true,
      sharing: { serves: false, reason: { type: 'battery' } },
    });
    sharing.change({ battery: { status: 'plugged-in', level: 0.1 } });
    expect(isLent()).toBe(true);
    expect(advertised()).toMatchObject({ contributing: true });
  });

  test('finishes the round that runs, unless the person switches contributing off', async () => {
    const { session, sharing, serve, isLent, advertised } = await openStage();
    serve(settledRound(3, 1));
    sharing.change(onBattery);
    expect(isLent()).toBe(true);
    expect(advertised()).toMatchObject({ contributing: false });
    serve(undefined);
    expect(isLent()).toBe(false);
    sharing.change({ battery: { status: 'unknown' } });
    serve(settledRound(3, 1));
    session.setContributing(false);
    expect(isLent()).toBe(false);
    expect(session.getSnapshot().sharing).toMatchObject({ serves: false, reason: { type: 'switched-off' } });
  });

  test('serves its own questions whatever is allowed for others', async () => {
    const { session, sharing } = await openStage();
    session.setSharing({ ...DEFAULT_POLICY, maxDuty: 0 });
    sharing.change(onBattery);
    session.ask('Why?');
    expect(session.getSnapshot().rounds).toMatchObject([{ question: 'Why?', phase: 'answering' }]);
  });

  test('keeps what the person allowed, as it was understood', async () => {
    const { session, ports } = await openStage();
    session.setSharing({ ...DEFAULT_POLICY, maxDuty: 0.25 });
    expect(ports.settings.load()).toMatchObject({ sharing: { ...DEFAULT_POLICY, maxDuty: 0.25 } });
    session.setSharing({ maxDuty: -1 } as never);
    expect(ports.settings.load().sharing).toEqual(DEFAULT_POLICY);
    expect(session.getSnapshot().sharing.policy).toEqual(DEFAULT_POLICY);
  });

  test('begins with what was kept', async () => {
    const fakes = createFakes();
    fakes.ports.settings.save({ ...INITIAL_SETTINGS, sharing: { ...DEFAULT_POLICY, maxDuty: 0 } });
    const session = await start(fakes);
    expect(session.getSnapshot().sharing).toMatchObject({ serves: false, reason: { type: 'cap' } });
    expect(fakes.setContributing.mock.calls).not.toContainEqual([true]);
  });
});

test('R42: its own question is not counted, what it does for others is', async () => {
  const { session, sharing, serve } = await openStage();
  session.ask('Why?');
  await sharing.work(DUTY_WINDOW_MS / 10);
  expect(session.getSnapshot().sharing.duty).toBe(0);
  session.stop();
  serve(settledRound(3, 1));
  await sharing.work(DUTY_WINDOW_MS / 10);
  expect(session.getSnapshot().sharing.duty).toBeCloseTo(0.1, 1);
});

test('R43: the screen is kept awake while a round for others runs', async () => {
  const { session, serve } = await openStage();
  expect(session.getSnapshot().sharing.wakeLock).toBe('not-held');
  serve(settledRound(3, 1));
  expect(session.getSnapshot().sharing.wakeLock).toBe('held');
  serve(undefined);
  expect(session.getSnapshot().sharing.wakeLock).toBe('not-held');
});

test('R44: measuring rests with sharing', async () => {
  const fakes = createFakes();
  const setObstacle = vi.spyOn(fakes.ports.judging, 'setObstacle');
  await start(fakes);
  expect(setObstacle.mock.lastCall).toEqual([undefined]);
  fakes.sharing.change(onBattery);
  expect(setObstacle.mock.lastCall).toEqual(['resting']);
  fakes.sharing.change({ battery: { status: 'unknown' } });
  expect(setObstacle.mock.lastCall).toEqual([undefined]);
});

test('R41: settings of before there was a policy are read, and a damaged policy takes nothing else with it', () => {
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', { getItem: (key: string) => stored.get(key) ?? null });
  try {
    const old = { name: 'Rosalind', contributing: false, tokensForOthers: 7 };
    stored.set('peerage/settings/old', JSON.stringify(old));
    expect(createLocalSettings('old').load()).toMatchObject({ ...old, sharing: DEFAULT_POLICY });
    stored.set('peerage/settings/odd', JSON.stringify({ ...old, sharing: { maxDuty: 'all', whenHidden: false } }));
    expect(createLocalSettings('odd').load()).toMatchObject({
      ...old,
      sharing: { ...DEFAULT_POLICY, whenHidden: false },
    });
  } finally {
    vi.unstubAllGlobals();
  }
});
