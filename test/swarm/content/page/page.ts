import {
  type ContentExchange,
  type ContentState,
  type Libp2pSwarm,
  type RelayLocation,
  SWARM_PROTOCOL_VERSION,
  createContentExchange,
  createLibp2pSwarm,
  createRpc,
  hashBytes,
  loadIdentity,
} from '#swarm';
import type { ModelManifest, ModelShelf } from '#inference';
import { systemClock, systemRandom } from '#vocabulary';
import { openModelStore } from '../../../../src/inference/store/model-store.browser.ts';

/** What the test in Node calls in each tab: swarm, calls, exchange and model store as the product joins them. */
export interface ContentTab {
  join(relay: RelayLocation, name: string): Promise<string>;
  /** Peers that it is connected to directly. */
  direct(): number;
  /** Milliseconds it took, or why it could not be had. */
  obtain(manifest: ModelManifest): Promise<number | string>;
  adopt(manifest: ModelManifest, url: string): Promise<boolean>;
  /** SHA-256 of the model's only file as it is kept, hex. */
  digest(manifest: ModelManifest): Promise<string | undefined>;
  arrivedBytes(): Promise<number>;
  state(): ContentState | undefined;
  limitUploads(bytesPerSecond: number): void;
}

declare global {
  var contentTab: ContentTab;
}

let shelf: ModelShelf | undefined;
let exchange: ContentExchange | undefined;
let swarm: Libp2pSwarm | undefined;

const joined = (): ModelShelf => {
  if (shelf === undefined) throw new Error('join first');
  return shelf;
};

globalThis.contentTab = {
  async join(relay, name) {
    const { privateKey } = await loadIdentity(`identity-${name}`);
    const store = await openModelStore({ folderName: 'content-test' });
    shelf = store;
    swarm = await createLibp2pSwarm({ privateKey, relays: [relay] });
    const rpc = createRpc({ swarm, clock: systemClock });
    exchange = createContentExchange({
      swarm,
      rpc,
      clock: systemClock,
      random: systemRandom,
      hash: hashBytes,
      local: store.content,
    });
    store.addSource(exchange.asFileSource());
    swarm.setAdvert({ ...advert, name });
    await swarm.start();
    return swarm.self;
  },
  direct: () =>
    swarm?.getState().peers.filter(({ kind, advert }) => kind === 'direct' && advert !== undefined).length ?? 0,
  async obtain(manifest) {
    const startedMs = performance.now();
    const obtained = await joined().obtain(manifest, { onProgress: () => undefined });
    return obtained.ok ? performance.now() - startedMs : obtained.error.message;
  },
  async adopt(manifest, url) {
    const adopted = await joined().adopt(manifest, [await (await fetch(url)).blob()]);
    // The exchange hears of it, reads it once and offers it.
    while (exchange?.getState().offered.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    return adopted.ok;
  },
  async digest(manifest) {
    const found = await joined().find(manifest);
    const [blob] = found?.files.values() ?? [];
    if (blob === undefined) return undefined;
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  },
  arrivedBytes: async () => (await joined().kept())[0]?.arrivedBytes ?? 0,
  state: () => exchange?.getState(),
  limitUploads: (uploadBytesPerSecond) => exchange?.setLimits({ isSharing: true, uploadBytesPerSecond, maxUploads: 4 }),
};

const advert = {
  protocolVersion: SWARM_PROTOCOL_VERSION,
  name: '',
  modelId: '',
  engine: '',
  contributing: false,
  prefillTokensPerSecond: 0,
  decodeTokensPerSecond: 0,
};
