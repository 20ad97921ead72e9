/** What a page has open, counted from the first call of `watchLeftovers` on. */
export interface Leftovers {
  readonly peerConnections: number;
  readonly dataChannels: number;
  /** Listeners on the one object that has most. */
  readonly mostListeners: number;
}

/**
 * Counts by standing in for the constructors and methods of the page; must be called before the library is loaded,
 * which keeps the RTCPeerConnection that it finds.
 */
export function watchLeftovers(): () => Leftovers {
  const connections = new Set<WeakRef<RTCPeerConnection>>();
  const channels = new Set<WeakRef<RTCDataChannel>>();
  const Bare = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Bare {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.add(new WeakRef(this));
      this.addEventListener('datachannel', ({ channel }) => channels.add(new WeakRef(channel)));
    }
    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options);
      channels.add(new WeakRef(channel));
      return channel;
    }
  };
  const listenersOf = watchListeners();
  const alive = <T extends WeakKey>(refs: Set<WeakRef<T>>, isOpen: (item: T) => boolean): number => {
    let count = 0;
    for (const ref of refs) {
      const item = ref.deref();
      if (item === undefined) refs.delete(ref);
      else if (isOpen(item)) count++;
    }
    return count;
  };
  return () => ({
    peerConnections: alive(connections, ({ signalingState }) => signalingState !== 'closed'),
    dataChannels: alive(channels, ({ readyState }) => readyState !== 'closed'),
    mostListeners: listenersOf(),
  });
}

/** The library keeps what it listens to in signals and emitters that live as long as the node. */
function watchListeners(): () => number {
  const targets = new Map<number, { readonly target: WeakRef<EventTarget>; count: number }>();
  const numbers = new WeakMap<EventTarget, number>();
  const added = new WeakMap<EventTarget, Map<unknown, EventListener>>();
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  let next = 0;
  const change = (target: EventTarget, by: number): void => {
    let number = numbers.get(target);
    if (number === undefined) {
      number = next++;
      numbers.set(target, number);
      targets.set(number, { target: new WeakRef(target), count: 0 });
    }
    const entry = targets.get(number);
    if (entry !== undefined) entry.count += by;
  };
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const isOnce = typeof options === 'object' && options?.once === true;
    if (typeof listener !== 'function' || !(this instanceof EventTarget))
      return addEventListener.call(this, type, listener, options);
    change(this, 1);
    if (!isOnce) return addEventListener.call(this, type, listener, options);
    const counted: EventListener = (event) => {
      change(this, -1);
      listener.call(this, event);
    };
    const known = added.get(this) ?? new Map<unknown, EventListener>();
    added.set(this, known.set(listener, counted));
    return addEventListener.call(this, type, counted, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    if (typeof listener !== 'function' || !(this instanceof EventTarget))
      return removeEventListener.call(this, type, listener, options);
    change(this, -1);
    removeEventListener.call(this, type, listener, options);
    const counted = added.get(this)?.get(listener);
    if (counted !== undefined) removeEventListener.call(this, type, counted, options);
  };
  return () => {
    let most = 0;
    for (const [number, { target, count }] of targets)
      if (target.deref() === undefined) targets.delete(number);
      else most = Math.max(most, count);
    return most;
  };
}
