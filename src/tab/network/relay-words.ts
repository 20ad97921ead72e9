import type { RelayView } from '#swarm';
import { boundReason } from './path-words.ts';

/** How a relay stands, in a few words. */
export function describeRelay({ status, reason }: RelayView): string {
  const why = reason === undefined || reason === '' ? undefined : boundReason(reason);
  switch (status) {
    case 'active':
      return why === undefined ? 'in use' : `in use. ${why}`;
    case 'trying':
      return 'being tried…';
    case 'standby':
      return 'stands by, for when the one in use fails';
    case 'failed':
      return why === undefined ? 'not in use' : `not in use. ${why}`;
  }
}
