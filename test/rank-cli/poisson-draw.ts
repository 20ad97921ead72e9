import { type Random, createSeededRandom, randomNormal } from '#vocabulary';

/** How many times, Poisson(1), a key comes into a replicate: always the same for the same two. */
export type KeyDraw = (replicate: number, key: number) => number;

/** P(Poisson(1) <= k) for k = 0, 1, ... in parts of 2^32; the rest, 1e-8, counts as the last. */
const cumulative = [1, 1, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5_040, 1 / 40_320, 1 / 362_880]
  .map((_, last, terms) => terms.slice(0, last + 1).reduce((sum, term) => sum + term, 0) / Math.E)
  .map((share) => share * 2 ** 32);

export function createKeyDraw(seed: string, replicates: number): KeyDraw {
  const random = createSeededRandom(seed);
  const salts = Uint32Array.from({ length: 2 * replicates }, () => Math.floor(random.next() * 2 ** 32));
  return (replicate, key) => {
    const mixed = mix(mix(key ^ (salts[2 * replicate] as number)) ^ (salts[2 * replicate + 1] as number));
    let times = 0;
    while (times < cumulative.length && mixed >= (cumulative[times] as number)) times += 1;
    return times;
  };
}

/** Murmur3's finaliser (Appleby 2011). */
function mix(word: number): number {
  let hash = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** From here on a Poisson deviate is a rounded normal one: its skewness is below 0.13. */
const NORMAL_FROM = 60;

/** A Poisson deviate of any mean, by inversion while that is short (Devroye 1986, section X.3). */
export function randomPoisson(random: Random, mean: number): number {
  if (mean >= NORMAL_FROM) return Math.max(0, Math.round(mean + Math.sqrt(mean) * randomNormal(random)));
  let left = random.next();
  let count = 0;
  for (let term = Math.exp(-mean); left > term && count < 4 * NORMAL_FROM; term *= mean / count) {
    left -= term;
    count += 1;
  }
  return count;
}
