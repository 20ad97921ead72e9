import { countOf } from '../design/figure.ts';
import { formatCountdown } from '../design/duration.ts';
import { cleanName } from '#swarm';
import { hostOfRelay } from '../session/relay-text.ts';
import type { ModelView, SessionSnapshot } from '../session.ts';

export type StepState = 'done' | 'current' | 'failed' | 'waiting';

/** One step on the way to a working peer, in words that say what failed and what happens next. */
export interface CourseStep {
  readonly name: string;
  readonly state: StepState;
  readonly detail: string;
}

/** What has to work before this peer takes part, in the order in which it can go wrong. */
export function courseOf(snapshot: SessionSnapshot, nowMs: number): readonly CourseStep[] {
  return [relayStep(snapshot, nowMs), reservationStep(snapshot), peersStep(snapshot), modelStep(snapshot.model)];
}

function relayStep({ swarm: { join, relays } }: SessionSnapshot, nowMs: number): CourseStep {
  const name = 'Reach the relay';
  switch (join.step) {
    case 'offline':
      return { name, state: 'waiting', detail: 'Not started.' };
    case 'reaching-relay':
      return { name, state: 'current', detail: 'Connecting…' };
    case 'retrying': {
      const left = formatCountdown(join.retryAtMs, nowMs);
      return {
        name,
        state: 'failed',
        detail: `${join.reason} Trying again ${left === undefined ? 'now' : `in ${left}`}.`,
      };
    }
    case 'reserving':
    case 'joined': {
      const active = relays.findIndex(({ status }) => status === 'active');
      const host = active === -1 ? '' : hostOfRelay(relays[active]?.address ?? '');
      // In the order in which they are tried: what comes before it was left.
      const instead = active > 0 ? ', in place of another' : '';
      return { name, state: 'done', detail: host === '' ? 'Connected.' : `Connected to ${host}${instead}.` };
    }
  }
}

function reservationStep({ swarm: { join } }: SessionSnapshot): CourseStep {
  const name = 'Get an address there';
  if (join.step === 'joined') return { name, state: 'done', detail: 'Other peers can find this one.' };
  if (join.step === 'reserving') return { name, state: 'current', detail: 'Asking the relay for a place…' };
  return { name, state: 'waiting', detail: 'Comes after the relay.' };
}

function peersStep({ swarm: { join, peers } }: SessionSnapshot): CourseStep {
  const name = 'Meet other peers';
  if (peers.length > 0) {
    const relayed = peers.filter((peer) => peer.kind === 'relayed').length;
    const turned = peers.filter((peer) => peer.kind === 'turn').length;
    const detours = [
      turned === 0 ? undefined : `${turned} through TURN`,
      relayed === 0 ? undefined : `${relayed} through the relay`,
    ].filter((detour) => detour !== undefined);
    const how = detours.length === 0 ? 'all directly' : detours.join(', ');
    return { name, state: 'done', detail: `${countOf(peers.length, 'peer')}, ${how}.` };
  }
  if (join.step !== 'joined') return { name, state: 'waiting', detail: 'Comes after the address.' };
  return { name, state: 'current', detail: 'Nobody else is here yet.' };
}

function modelStep(model: ModelView): CourseStep {
  const name = 'Have a model ready';
  const label = cleanName(model.name);
  if (model.status === 'ready') return { name, state: 'done', detail: `${label} answers.` };
  if (model.status === 'failed')
    return { name, state: 'failed', detail: 'This peer can ask, but not answer or judge.' };
  return { name, state: 'current', detail: model.status === 'downloading' ? 'Downloading…' : 'Loading…' };
}
