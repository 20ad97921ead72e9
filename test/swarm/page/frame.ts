import { createLibp2pSwarm } from '#swarm';

/** A frame is a browsing context of its own: taking it away ends its connections as closing a tab does. */
export interface SwarmFrame {
  createSwarm: typeof createLibp2pSwarm;
}

// The test runner rewrites every dynamic import to go through an object that it puts into its own window only.
Object.assign(window, { __vitest_browser_runner__: { wrapDynamicImport: (load: () => unknown) => load() } });

// A frame that is taken away must not get to say goodbye: that is how peers die.
addEventListener('pagehide', (event) => event.stopImmediatePropagation());

Object.assign(window, { createSwarm: createLibp2pSwarm } satisfies SwarmFrame);
