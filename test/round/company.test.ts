import { describe, expect, test } from 'vitest';
import { type PeerId, asPeerId, createSeededRandom, ok } from '#vocabulary';
import type { Advert, KnownPeer, Swarm, SwarmPeer, SwarmState } from '#swarm';
import { createCompany } from '../../src/round/company.ts';

const advert: Advert = {
  protocolVersion: 3,
  name: '',
  modelId: 'tiny',
  engine: 'scripted',
  contributing: true,
  prefillTokensPerSecond: 1,
  decodeTokensPerSecond: 1,
};
const near = (id: string, change: Partial<Advert> = {}): SwarmPeer => ({
  id: asPeerId(id),
  advert: { ...advert, ...change },
  kind: 'direct',
  roundTripMs: 1,
  connectedAtMs: 0,
  incompatible: undefined,
});
const far = (id: string, change: Partial<Advert> = {}): KnownPeer => ({
  id: asPeerId(id),
  advert: { ...advert, ...change },
  heardAtMs: 0,
});
const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `far-${index}`);

/** A swarm that notes whom it is told to connect to; connecting ends when told. */
function scriptedSwarm(peers: readonly SwarmPeer[], known: readonly KnownPeer[]) {
  const asked: PeerId[] = [];
  const ends: (() => void)[] = [];
  const state = { peers, known } as unknown as SwarmState;
  const swarm = {
    getState: () => state,
    connect(peer: PeerId) {
      asked.push(peer);
      return new Promise((resolve) => ends.push(() => resolve(ok(undefined))));
    },
  } as unknown as Swarm;
  return { swarm, asked, finish: () => Promise.all(ends.splice(0).map((end) => end())) };
}

describe('R23: company for a question', () => {
  test('is fetched up to eight that answer, each once while it is coming', async () => {
    const { swarm, asked, finish } = scriptedSwarm(
      [near('a'), near('b')],
      many(20).map((id) => far(id)),
    );
    const company = createCompany(swarm, createSeededRandom('company'));
    company.gather();
    company.gather();
    expect(asked).toHaveLength(6);
    expect(new Set(asked).size).toBe(6);
    await finish();
    await Promise.resolve();
    company.gather();
    // None of them stayed: others are tried as well.
    expect(asked).toHaveLength(12);
  });

  test('those who do not answer count neither as here nor as wanted', () => {
    const mute = { modelId: '' };
    const resting = { contributing: false };
    const { swarm, asked } = scriptedSwarm(
      [
        ...Array.from({ length: 8 }, (_, index) => near(`near-${index}`, mute)),
        { ...near('old'), incompatible: 'old' },
      ],
      [far('mute', mute), far('resting', resting), far('able')],
    );
    createCompany(swarm, createSeededRandom('company')).gather();
    expect(asked).toEqual(['able']);
  });

  test('nobody is disturbed where enough are here', () => {
    const { swarm, asked } = scriptedSwarm(
      many(8).map((id) => near(id)),
      [far('able')],
    );
    createCompany(swarm, createSeededRandom('company')).gather();
    expect(asked).toEqual([]);
  });

  test('chance decides, not the order in which peers were heard of', () => {
    const chosen = new Set<PeerId>();
    for (let seed = 0; seed < 40; seed++) {
      const { swarm, asked } = scriptedSwarm(
        [],
        many(30).map((id) => far(id)),
      );
      createCompany(swarm, createSeededRandom(`company ${seed}`)).gather();
      for (const peer of asked) chosen.add(peer);
    }
    expect(chosen.size).toBe(30);
  });
});
