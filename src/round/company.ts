import { type PeerId, type Random, shuffled } from '#vocabulary';
import type { Advert, Swarm, SwarmState } from '#swarm';

/**
 * Peers that answer, wanted around a peer that is about to ask. A ranking is worth reading from about five answers, and
 * some decline; more connections than that are for those who are there anyway.
 */
const WANTED_COMPANY = 8;

/** Connects to peers that answer before a question is asked, where the neighbours alone are too few. */
export interface Company {
  /** Somebody begins to write a question. Cheap, and safe to call at every letter. */
  gather(): void;
}

export function createCompany(swarm: Swarm, random: Random): Company {
  const coming = new Set<PeerId>();
  return {
    gather() {
      for (const peer of findCompany(swarm.getState(), coming, random)) {
        coming.add(peer);
        void swarm.connect(peer).finally(() => coming.delete(peer));
      }
    },
  };
}

/** Known peers to connect to, drawn at random: whoever heard of them first must not decide who answers. */
function findCompany({ peers, known }: SwarmState, coming: ReadonlySet<PeerId>, random: Random): readonly PeerId[] {
  const here = peers.filter(({ advert, incompatible }) => incompatible === undefined && answers(advert)).length;
  const missing = WANTED_COMPANY - here - coming.size;
  if (missing <= 0) return [];
  const able = known.filter(({ id, advert }) => answers(advert) && !coming.has(id)).map(({ id }) => id);
  return shuffled(random, able).slice(0, missing);
}

export function answers(advert: Advert | undefined): boolean {
  return advert !== undefined && advert.contributing && advert.modelId !== '';
}
