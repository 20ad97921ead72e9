export type * from './session.ts';
export { mountApp } from './mount.tsx';
export { type LeaderStart, openSharedSession } from './session/shared-session.ts';
export { startPeerSession } from './session/peer-session.ts';
export { lockedLeadership, openTabChannel } from './session/tab-channel.browser.ts';
export { createLocalSettings } from './session/settings.local-storage.ts';
export { readPageAddress } from './session/page-address.ts';
export { fetchBootstrap } from './session/bootstrap.fetch.ts';
export { findMissingFeature, showMissingFeature } from './session/missing-feature.ts';
