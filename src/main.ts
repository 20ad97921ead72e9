/** Composition root: with `leader.ts` the only place that chooses adapters and joins the domains. */
import { systemClock, systemRandom } from '#vocabulary';
import { defaultModel } from '#inference';
import {
  findMissingFeature,
  lockedLeadership,
  mountApp,
  openSharedSession,
  openTabChannel,
  readPageAddress,
  showMissingFeature,
  watchInvitations,
} from '#tab';

const address = readPageAddress(location.search, navigator.hardwareConcurrency);
const { persona } = address;

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place to draw into.');
const missing = findMissingFeature(globalThis);
if (missing === undefined) {
  const session = openSharedSession(
    {
      clock: systemClock,
      random: systemRandom,
      channel: openTabChannel(persona ?? ''),
      leadership: lockedLeadership(persona ?? ''),
      // Seen later: the page is drawn before the parts of a peer have arrived.
      startLeader: async (start) => (await import('./leader.ts')).startLeader(address, start),
    },
    { persona, modelName: defaultModel.name },
  );
  // For consoles and scripts: everything the page shows and can do.
  Object.assign(globalThis, { peerage: session });
  watchInvitations((text) => session.openInvitation(text));
  mountApp(root, session);
} else {
  showMissingFeature(root, missing);
}
