import { describe, expect, test } from 'vitest';
import type { LeaderStart, Session } from '#tab';
import { type VirtualClock, asModelId, createSeededRandom, createVirtualClock } from '#vocabulary';
import { openSharedSession } from '../../src/tab/session/shared-session.ts';
import { settledRound } from './fixtures/rounds.ts';
import { type MemoryBrowser, type NotedSession, createMemoryBrowser, createNotedSession } from './memory-tabs.ts';
import { DEFAULT_UPLOADS } from '../../src/tab/session/network-defaults.ts';
import { DEFAULT_POLICY } from '../../src/tab/session/sharing-defaults.ts';

interface Tab {
  readonly session: Session;
  /** The session this tab runs once it leads. */
  led(): NotedSession | undefined;
  /** What it was told when it began to lead. */
  begun(): LeaderStart | undefined;
}

function openTab(browser: MemoryBrowser, clock: VirtualClock, name: string, start?: Promise<void>): Tab {
  let led: NotedSession | undefined;
  let begun: LeaderStart | undefined;
  const session = openSharedSession(
    {
      clock,
      random: createSeededRandom(name),
      channel: browser.openChannel(),
      leadership: browser.leadership,
      startLeader: async (begin: LeaderStart) => {
        begun = begin;
        await start;
        led = createNotedSession(begin.queue);
        return led;
      },
    },
    { persona: undefined, modelName: 'model' },
  );
  return { session, led: () => led, begun: () => begun };
}

describe('tabs of one peer', () => {
  test('R18: the first leads, the second follows and shows the same', async () => {
    const [browser, clock] = [createMemoryBrowser(), createVirtualClock()];
    const first = openTab(browser, clock, 'first');
    await clock.advance(10);
    const second = openTab(browser, clock, 'second');
    await clock.advance(10);
    expect(first.session.getSnapshot().self.role).toBe('leader');
    expect(second.session.getSnapshot().self).toMatchObject({ role: 'follower', peer: 'leader' });
    first.led()?.change({ contributing: false });
    await clock.advance(200);
    expect(second.session.getSnapshot().contributing).toBe(false);
  });

  test('R18: every command of a follower reaches the leader once', async () => {
    const [browser, clock] = [createMemoryBrowser(), createVirtualClock()];
    const first = openTab(browser, clock, 'first');
    await clock.advance(10);
    const { session } = openTab(browser, clock, 'second');
    await clock.advance(10);
    session.ask('Why?');
    session.expectQuestion();
    session.stop();
    session.unqueue('1');
    session.setContributing(false);
    session.setSharing({ ...DEFAULT_POLICY, maxDuty: 0.25 });
    session.rename('Ada');
    session.retryModel();
    session.adoptModelFile(new File([], 'model.gguf'));
    session.chooseModel(asModelId('m'), 'ort');
    session.chooseModel(asModelId('m'));
    session.pinModel(asModelId('m'), true);
    session.removeModel(asModelId('m'));
    session.checkModel(asModelId('m'));
    session.repairModel(asModelId('m'));
    session.importModelFiles([{ name: 'folder/a.gguf', file: new Blob(['GGUF']) }]);
    session.importModelUrls(['https://a', 'https://b']);
    session.createRoom('Friends');
    session.enterRoom(undefined);
    session.enterRoom('a1');
    session.forgetRoom('a1');
    session.openInvitation('room=A');
    session.answerInvitation(true);
    session.addRelay('relay.example');
    session.removeRelay('/dns/relay.example');
    session.setIceServers([{ url: 'stun:a', username: '', credential: '' }]);
    session.setUploads({ ...DEFAULT_UPLOADS, isSharing: false });
    session.freeRoom();
    session.measureEngines();
    session.surveyModels();
    session.endModelTask();
    session.measureJudging();
    session.stopMeasuring();
    session.restoreShippedJudging();
    session.forgetRound('2');
    session.dismissNotice('3');
    // Snapshots that cross the commands make the follower say them again.
    first.led()?.change({ contributing: true });
    await clock.advance(500);
    expect(first.led()?.done).toEqual([
      'ask Why?',
      'expect question',
      'stop',
      'unqueue 1',
      'contributing false',
      'cap 0.25',
      'rename Ada',
      'retry',
      'adopt model.gguf',
      'choose m ort',
      'choose m best',
      'pin m true',
      'remove m',
      'check m',
      'repair m',
      'import folder/a.gguf of 4',
      'import https://a,https://b',
      'create room Friends',
      'enter room public',
      'enter room a1',
      'forget room a1',
      'invitation room=A',
      'invited true',
      'add relay relay.example',
      'remove relay /dns/relay.example',
      'ice stun:a',
      'uploads false',
      'free room',
      'measure engines',
      'survey',
      'end task',
      'measure',
      'stop measuring',
      'use shipped',
      'forget 2',
      'dismiss 3',
    ]);
  });

  test('R18: a command given while the leader was still starting is performed when it is ready', async () => {
    const [browser, clock] = [createMemoryBrowser(), createVirtualClock()];
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    const first = openTab(browser, clock, 'first', ready);
    const second = openTab(browser, clock, 'second');
    await clock.advance(10);
    second.session.ask('From the second');
    first.session.ask('From the first');
    await clock.advance(10);
    resolve();
    await clock.advance(500);
    expect(first.led()?.done.toSorted()).toEqual(['ask From the first', 'ask From the second']);
  });

  test('R19: when the leader closes another takes over, with the queue and what nobody had taken', async () => {
    const [browser, clock] = [createMemoryBrowser(), createVirtualClock()];
    const first = openTab(browser, clock, 'first');
    await clock.advance(10);
    const second = openTab(browser, clock, 'second');
    await clock.advance(10);
    first.led()?.change({ queue: [{ id: 'q1', question: 'Still waiting' }] });
    await clock.advance(200);
    await first.session.close();
    await clock.advance(200);
    expect(first.led()?.done).toEqual(['close']);
    expect(second.session.getSnapshot().self.role).toBe('leader');
    expect(second.led()?.getSnapshot().queue).toEqual([{ id: 'q1', question: 'Still waiting' }]);
  });

  test('R20: a stream of changes is told ten times a second, the last one always', async () => {
    const [browser, clock] = [createMemoryBrowser(), createVirtualClock()];
    const first = openTab(browser, clock, 'first');
    const second = openTab(browser, clock, 'second');
    await clock.advance(10);
    const before = browser.posted.length;
    for (let change = 0; change < 100; change++) {
      first.led()?.change({ queue: [{ id: `${change}`, question: 'x' }] });
      await clock.advance(10);
    }
    await clock.advance(200);
    expect(browser.posted.length - before).toBeLessThanOrEqual(11);
    expect(second.session.getSnapshot().queue[0]?.id).toBe('99');
  });

  test('R20: rounds that did not change travel once, and a newcomer gets them all', async () => {
    const [browser, clock] = [createMemoryBrowser(), createVirtualClock()];
    const first = openTab(browser, clock, 'first');
    const second = openTab(browser, clock, 'second');
    await clock.advance(10);
    const history = Array.from({ length: 5 }, () => settledRound());
    for (const length of [3, 5, 4, 5]) {
      first.led()?.change({ rounds: history.slice(0, length) });
      await clock.advance(200);
      expect(second.session.getSnapshot().rounds).toEqual(history.slice(0, length));
    }
    first.led()?.change({ rounds: [...history, settledRound()] });
    await clock.advance(200);
    const last = browser.posted.at(-1);
    expect(last).toMatchObject({ type: 'snapshot', knownRounds: 5 });
    const third = openTab(browser, clock, 'third');
    await clock.advance(200);
    expect(third.session.getSnapshot().rounds).toHaveLength(6);
    expect(second.session.getSnapshot().rounds).toEqual(third.session.getSnapshot().rounds);
  });

  test('R14: a peer that cannot start says so with a remedy and lets another tab try', async () => {
    const [browser, clock] = [createMemoryBrowser(), createVirtualClock()];
    const failing = openTab(browser, clock, 'first', Promise.reject(new Error('disk is broken')));
    await clock.advance(50);
    const [notice] = failing.session.getSnapshot().notices;
    expect(notice?.failure.message).toContain('disk is broken');
    expect(notice?.failure.remedy).toBeTruthy();
    const second = openTab(browser, clock, 'second');
    await clock.advance(50);
    expect(second.session.getSnapshot().self.role).toBe('leader');
    expect(failing.session.getSnapshot()).toMatchObject({ self: { role: 'follower' }, notices: [] });
  });

  test('R14: so does one whose browser denies it the lock', async () => {
    const clock = createVirtualClock();
    const leadership = { acquire: () => Promise.reject<() => void>(new Error('locks are denied')) };
    const denied = openTab({ ...createMemoryBrowser(), leadership }, clock, 'first');
    await clock.advance(50);
    expect(denied.session.getSnapshot().notices[0]?.failure.message).toContain('locks are denied');
  });

  test('R47: a link opened in the tab that is to lead leads nowhere else first, one in another tab goes to the leader', async () => {
    const [browser, clock] = [createMemoryBrowser(), createVirtualClock()];
    const first = openTab(browser, clock, 'first');
    first.session.openInvitation('room=first');
    await clock.advance(10);
    expect(first.begun()?.invitation).toBe('room=first');
    expect(first.led()?.done).toEqual([]);
    const second = openTab(browser, clock, 'second');
    second.session.openInvitation('room=second');
    await clock.advance(10);
    expect(first.led()?.done).toEqual(['invitation room=second']);
    await first.session.close();
    await clock.advance(10);
    expect(second.begun()?.invitation).toBeUndefined();
  });
});
