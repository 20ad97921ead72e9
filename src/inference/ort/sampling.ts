import type { Random } from '#vocabulary';

/** The likeliest tokens that are drawn from, and the share of the likeliest one's probability that a token must have. */
const topK = 40;
const minP = 0.05;

export interface SamplingOptions {
  /** 0 takes the likeliest token. */
  readonly temperature: number;
  readonly topP: number;
}

/** Draws a token as llama.cpp does: the cuts first, then the temperature. */
export function drawToken(logits: Float32Array, { temperature, topP }: SamplingOptions, random: Random): number {
  if (!(temperature > 0)) return likeliest(logits);
  const candidates = mostLikely(logits, topK);
  const best = logits[candidates[0] as number] as number;
  const weights = candidates.map((token) => Math.exp((logits[token] as number) - best));
  const total = sum(weights);
  let kept = 0;
  for (let mass = 0; kept < candidates.length; kept++) {
    if (kept > 0 && (mass >= topP * total || (weights[kept] as number) < minP)) break;
    mass += weights[kept] as number;
  }
  const heated = candidates.slice(0, kept).map((token) => Math.exp(((logits[token] as number) - best) / temperature));
  let rest = random.next() * sum(heated);
  for (const [index, weight] of heated.entries()) {
    rest -= weight;
    if (rest < 0) return candidates[index] as number;
  }
  return candidates[0] as number;
}

/** The smaller token of two alike. */
export function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let token = 1; token < logits.length; token++)
    if ((logits[token] as number) > (logits[best] as number)) best = token;
  return best;
}

/** Most likely first. */
function mostLikely(logits: Float32Array, count: number): number[] {
  const found: number[] = [];
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token] as number;
    if (found.length === count && logit <= (logits[found.at(-1) as number] as number)) continue;
    let place = found.length;
    while (place > 0 && (logits[found[place - 1] as number] as number) < logit) place--;
    found.splice(place, 0, token);
    if (found.length > count) found.pop();
  }
  return found;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
