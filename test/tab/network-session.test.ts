/** How a session enters and leaves rooms, and what it does with relays, servers and limits. */
import { describe, expect, test, vi } from 'vitest';
import { type Room, createRoom, inviteLink, parseInvitation } from '#swarm';
import { createSeededRandom } from '#vocabulary';
import { INITIAL_SETTINGS } from '../../src/tab/session/settings.ts';
import { readSurroundings } from '../../src/tab/session/remembered-rooms.ts';
import { HOME_RELAY, OTHER_RELAY } from './scripted-network.ts';
import { createFakes, start } from './scripted-session.ts';

const friends = createRoom('Friends', createSeededRandom('friends'));
const linkTo = (room: Room): string => inviteLink(room, '').slice('/#'.length);
const outcome = createRoom('', createSeededRandom('nameless'));

async function openStage(wanted: Parameters<typeof start>[2] = {}) {
  const fakes = createFakes();
  const session = await start(fakes, {}, wanted);
  const settle = (): Promise<void> => fakes.clock.advance(1);
  return {
    ...fakes,
    session,
    settle,
    /** Where the swarm would meet others if it was started now. */
    surroundings: () => readSurroundings(fakes.ports.settings.load().network),
    network: () => session.getSnapshot().network,
    wires: fakes.network,
    starts: () => fakes.swarm.start.mock.calls.length,
  };
}

describe('R47: a private room', () => {
  test('is made, remembered and entered in one step', async () => {
    const { session, settle, surroundings, network, swarm } = await openStage();
    expect(swarm.start).toHaveBeenCalledOnce();
    expect(surroundings().room).toEqual({ name: 'public' });
    session.createRoom('  Reading\u202e circle ');
    await settle();
    expect(network().rooms).toMatchObject([{ name: 'Reading circle', isCurrent: true }]);
    const invited = parseInvitation(network().invitation ?? '');
    expect(invited.ok && invited.value).toEqual(surroundings().room);
    expect(surroundings().room.secret).toHaveLength(16);
    expect(swarm.stop).toHaveBeenCalledOnce();
    expect(swarm.start).toHaveBeenCalledTimes(2);
    expect(swarm.stop.mock.invocationCallOrder[0]).toBeLessThan(swarm.start.mock.invocationCallOrder[1]!);
  });

  test('that a link led to is entered before any other', async () => {
    const { surroundings, starts, network } = await openStage({ invitation: linkTo(friends) });
    expect(surroundings().room).toEqual(friends);
    expect(starts()).toBe(1);
    expect(network().rooms).toMatchObject([{ name: 'Friends', isCurrent: true }]);
  });

  test('is left for the public one, entered again and forgotten', async () => {
    const { session, settle, surroundings, network } = await openStage({ invitation: linkTo(friends) });
    session.enterRoom(undefined);
    await settle();
    expect(surroundings().room).toEqual({ name: 'public' });
    expect(network()).toMatchObject({ invitation: undefined, rooms: [{ name: 'Friends', isCurrent: false }] });
    session.enterRoom(network().rooms[0]!.id);
    await settle();
    expect(surroundings().room).toEqual(friends);
    session.forgetRoom(network().rooms[0]!.id);
    await settle();
    expect(network().rooms).toEqual([]);
    expect(surroundings().room).toEqual({ name: 'public' });
    session.enterRoom('gone');
    expect(surroundings().room).toEqual({ name: 'public' });
  });

  test('has one entry however many names its links bear, the last one', async () => {
    const { session, settle, network, starts } = await openStage({ invitation: linkTo(friends) });
    session.openInvitation(linkTo({ ...friends, name: 'Old friends' }));
    await settle();
    expect(network().rooms.map(({ name }) => name)).toEqual(['Old friends']);
    expect(starts()).toBe(1);
  });

  test('whose link is damaged is told of, and nothing else happens', async () => {
    const { session, settle, surroundings, starts } = await openStage();
    session.openInvitation(linkTo(friends).slice(0, -3));
    await settle();
    expect(session.getSnapshot().notices.map(({ failure }) => failure.type)).toEqual(['not-an-invitation']);
    expect(surroundings().room).toEqual({ name: 'public' });
    expect(starts()).toBe(1);
  });

  test('survives a reload, and damaged memory of it leads to the public one', async () => {
    const { session, settle, ports } = await openStage();
    session.createRoom('Lab');
    await settle();
    const kept = ports.settings.load();
    const again = createFakes();
    again.ports.settings.save(kept);
    const reloaded = await start(again);
    expect(reloaded.getSnapshot().network.rooms).toMatchObject([{ name: 'Lab', isCurrent: true }]);
    const [room] = kept.network.rooms;
    const broken = { ...kept.network, rooms: [{ ...room!, invitation: 'room=AAAA' }] };
    expect(readSurroundings(broken).room).toEqual({ name: 'public' });
  });
});

describe('R48: a running round', () => {
  test('is left for a link only at the person’s word', async () => {
    const { session, settle, surroundings, network, starts } = await openStage();
    session.ask('Why?');
    session.openInvitation(linkTo(friends));
    await settle();
    expect(network().invited).toEqual({ name: 'Friends' });
    expect(surroundings().room).toEqual({ name: 'public' });
    session.answerInvitation(false);
    await settle();
    expect([network().invited, starts()]).toEqual([undefined, 1]);
    session.openInvitation(linkTo(outcome));
    session.answerInvitation(true);
    await settle();
    expect(surroundings().room).toEqual(outcome);
    expect(session.getSnapshot().rounds.at(-1)?.phase).toBe('stopped');
    expect(starts()).toBe(2);
  });

  test('ends with the room, and what waited behind it is asked nowhere', async () => {
    const { session, settle } = await openStage();
    session.ask('Mine?');
    session.ask('For these people only?');
    expect(session.getSnapshot().queue).toHaveLength(1);
    session.createRoom('Elsewhere');
    await settle();
    expect(session.getSnapshot()).toMatchObject({ queue: [], rounds: [{ question: 'Mine?', phase: 'stopped' }] });
  });
});

describe('R49: what is set of the network', () => {
  test('is kept and used at once, and no connection ends for it', async () => {
    const { session, settle, surroundings, network, starts, wires } = await openStage();
    session.ask('Why?');
    session.addRelay('other.example:4000');
    expect(network().relayQuery).toEqual({ address: 'other.example:4000', status: 'asking' });
    await settle();
    expect(wires.findRelay).toHaveBeenCalledExactlyOnceWith('other.example:4000');
    expect(network()).toMatchObject({
      homeRelay: HOME_RELAY,
      relayQuery: undefined,
      settings: { relays: [OTHER_RELAY] },
    });
    expect(surroundings().moreRelays).toEqual([OTHER_RELAY]);
    expect(wires.setRelays).toHaveBeenLastCalledWith([HOME_RELAY, OTHER_RELAY]);
    session.removeRelay(OTHER_RELAY);
    expect(surroundings().moreRelays).toEqual([]);
    expect(wires.setRelays).toHaveBeenLastCalledWith([HOME_RELAY]);
    const server = { url: 'turn:turn.example:3478', username: 'ada', credential: 'secret' };
    session.setIceServers([server, { url: 'stun:stun.example', username: '', credential: '' }]);
    expect(surroundings().iceServers).toEqual([
      { urls: [server.url], username: 'ada', credential: 'secret' },
      { urls: ['stun:stun.example'] },
    ]);
    expect([starts(), session.getSnapshot().rounds.at(-1)?.phase]).toEqual([1, 'answering']);
  });

  test('is refused with a reason where it is no relay, or one that is there already', async () => {
    const { session, settle, network, wires } = await openStage();
    session.addRelay('nowhere.example');
    await settle();
    expect(network().relayQuery).toMatchObject({ address: 'nowhere.example', status: 'failed' });
    session.addRelay('other.example:4000');
    await settle();
    session.addRelay('other.example:4000');
    await settle();
    expect(network().relayQuery).toMatchObject({ status: 'failed', error: { type: 'relay-known' } });
    expect(network().settings.relays).toEqual([OTHER_RELAY]);
    expect(wires.setRelays).toHaveBeenCalledOnce();
  });
});

describe('R47: going from room to room', () => {
  test('in quick succession ends in the last, with one new start', async () => {
    const { session, settle, swarm, starts, surroundings } = await openStage();
    let letGo = (): void => undefined;
    swarm.stop.mockImplementationOnce(() => new Promise((resolve) => (letGo = resolve)));
    session.createRoom('One');
    await settle();
    session.createRoom('Two');
    session.enterRoom(undefined);
    session.createRoom('Three');
    await settle();
    expect(starts()).toBe(1);
    letGo();
    await settle();
    expect(surroundings().room.name).toBe('Three');
    expect([starts(), swarm.stop.mock.calls.length]).toEqual([2, 1]);
  });

  test('a swarm that cannot be started anew is told of', async () => {
    const { session, settle, swarm } = await openStage();
    swarm.start.mockRejectedValueOnce(new Error('no WebRTC'));
    session.createRoom('One');
    await settle();
    expect(session.getSnapshot().notices.map(({ failure }) => failure.type)).toEqual(['swarm-not-started']);
  });
});

describe('R50: giving to others', () => {
  test('is limited at once, and as remembered after a reload', async () => {
    const { session, wires, ports, network } = await openStage();
    expect(wires.setLimits).toHaveBeenLastCalledWith(INITIAL_SETTINGS.network.uploads);
    const limits = { isSharing: false, uploadBytesPerSecond: undefined, maxUploads: 1 };
    session.setUploads(limits);
    expect(wires.setLimits).toHaveBeenLastCalledWith(limits);
    expect(network().settings.uploads).toEqual(limits);
    const again = createFakes();
    again.ports.settings.save(ports.settings.load());
    await start(again);
    expect(again.network.setLimits).toHaveBeenLastCalledWith(limits);
  });

  test('is counted today and in all, over reloads and midnight', async () => {
    const { session, wires, ports, network, clock } = await openStage();
    wires.move({ givenBytes: 5, takenBytes: 7 });
    wires.move({ givenBytes: 9, serverBytes: 1 });
    const first = { givenBytes: 9, takenBytes: 7, serverBytes: 1 };
    expect(network().transfers).toMatchObject({ now: { givenBytes: 9 }, today: first, total: first });
    await clock.advance(26 * 3_600_000);
    wires.move({ givenBytes: 10 });
    expect(network().transfers.today).toEqual({ givenBytes: 1, takenBytes: 0, serverBytes: 0 });
    expect(network().transfers.total).toEqual({ ...first, givenBytes: 10 });
    await session.close();
    expect(wires.close).toHaveBeenCalledOnce();
    const again = createFakes();
    again.ports.settings.save(ports.settings.load());
    const reloaded = await start(again);
    again.network.move({ givenBytes: 2 });
    expect(reloaded.getSnapshot().network.transfers.total).toEqual({ ...first, givenBytes: 12 });
  });

  test('a closed session leaves the swarm alone', async () => {
    const { session, swarm, settle } = await openStage();
    let letGo = (): void => undefined;
    swarm.stop.mockImplementationOnce(() => new Promise((resolve) => (letGo = resolve)));
    session.createRoom('One');
    await vi.waitFor(() => expect(swarm.stop).toHaveBeenCalledOnce());
    await session.close();
    letGo();
    await settle();
    expect(swarm.start).toHaveBeenCalledOnce();
  });
});
