/** The network part of a peer's session: settings, transfers, and going from room to room. */
import { type Failure, failure, messageOf } from '#vocabulary';
import type { ContentExchange, Swarm } from '#swarm';
import type { NetworkCommands, NetworkView } from '../session.ts';
import { type NetworkCoursePorts, createNetworkCourse } from './network-course.ts';
import type { NetworkMemory } from './network-memory.ts';
import { createTransfersCourse } from './transfers-course.ts';

export interface NetworkPorts extends Omit<NetworkCoursePorts, 'memory' | 'clock'> {
  readonly content: Pick<ContentExchange, 'getState' | 'subscribe' | 'setLimits' | 'close'>;
  /** Other relays while the swarm runs, the preferred first. */
  readonly setRelays: (addresses: readonly string[]) => void;
  /** What the relay handed out and how many connections were made, as far as it is known. */
  readonly paths: () => Pick<NetworkView, 'handedOut' | 'budget'>;
}

export interface SessionNetworkOptions {
  readonly swarm: Pick<Swarm, 'start' | 'stop'>;
  readonly isAsking: () => boolean;
  /** The peers of this room are left: what was asked of them ends. */
  readonly leaveRoom: () => void;
  readonly onChange: () => void;
  readonly notify: (problem: Failure) => void;
}

export interface SessionNetwork {
  readonly commands: NetworkCommands;
  getView(): NetworkView;
  /** Joins the room that is set. Until then changes only set what will be joined. */
  start(): void;
  close(): void;
}

export function createSessionNetwork(
  { content, paths, setRelays, ...ports }: NetworkPorts & NetworkCoursePorts,
  { swarm, leaveRoom, onChange, notify, ...options }: SessionNetworkOptions,
): SessionNetwork {
  const { memory } = ports;
  const save = (change: Partial<NetworkMemory>): void => memory.save({ ...memory.load(), ...change });
  let joining: Promise<void> | undefined;
  let isOutdated = false;
  let isClosed = false;

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      notify(notJoined(cause));
    }
  };
  /** Changes that come while this waits are served by the same new start. */
  const restart = async (): Promise<void> => {
    if (!isOutdated || isClosed) return;
    await swarm.stop();
    isOutdated = false;
    if (!isClosed) await swarm.start();
  };

  const course = createNetworkCourse(ports, {
    ...options,
    onChange,
    notify,
    setRelays,
    changeRoom() {
      if (joining === undefined) return;
      leaveRoom();
      isOutdated = true;
      joining = joining.then(() => attempt(restart));
    },
  });
  content.setLimits(memory.load().uploads);
  const transfers = createTransfersCourse({
    clock: ports.clock,
    content,
    memory: { load: () => memory.load().traffic, save: (traffic) => save({ traffic }) },
    onChange,
  });

  return {
    commands: {
      createRoom: (name) => course.createRoom(name),
      enterRoom: (id) => course.enterRoom(id),
      forgetRoom: (id) => course.forgetRoom(id),
      openInvitation: (text) => course.openInvitation(text),
      answerInvitation: (isAccepted) => course.answerInvitation(isAccepted),
      addRelay: (address) => course.addRelay(address),
      removeRelay: (address) => course.removeRelay(address),
      setIceServers: (servers) => course.setIceServers(servers),
      setUploads(uploads) {
        save({ uploads });
        content.setLimits(uploads);
        onChange();
      },
    },
    getView: () => ({ ...course.getView(), ...paths(), transfers: transfers.getView() }),
    start() {
      joining ??= attempt(() => swarm.start());
    },
    close() {
      isClosed = true;
      content.close();
      transfers.close();
    },
  };
}

function notJoined(cause: unknown): Failure {
  const remedy = 'Reload the page. If it stays, use another browser.';
  return failure('swarm-not-started', `This tab cannot connect to others: ${messageOf(cause)}`, remedy);
}
