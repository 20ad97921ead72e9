import type { ModelFormat } from '../../model.ts';

/** What the content of chosen files says they are. */
export interface Recognised {
  readonly format: ModelFormat;
  readonly purpose: 'chat' | 'embedding';
  /** As the files state it; to be cleaned. */
  readonly name: string | undefined;
  readonly licence: string | undefined;
  readonly parameters: number;
  readonly contextTokens: number;
  readonly needsF16: boolean;
  readonly shape: ModelShape;
  /** What is kept, under the names that the format wants. */
  readonly members: readonly { readonly name: string; readonly blob: Blob }[];
}

/** Sizes of a transformer; absent where a file does not state them, or states what none has. */
export interface ModelShape {
  readonly layers?: number;
  /** Width of the keys (or values) of a token in a layer. */
  readonly keyValueWidth?: number;
  readonly width?: number;
  readonly feedForwardWidth?: number;
  readonly vocabularySize?: number;
}

/** A shape as files of all formats state it. */
export interface StatedShape {
  readonly layers: unknown;
  readonly width: unknown;
  readonly heads: unknown;
  readonly keyValueHeads: unknown;
  readonly headWidth: unknown;
  readonly feedForwardWidth: unknown;
  readonly vocabularySize: unknown;
}

const maxWidth = 2 ** 20;

export function readShape(stated: StatedShape): ModelShape {
  const width = asCount(stated.width, maxWidth);
  const heads = asCount(stated.heads, maxWidth);
  const keyValueHeads = asCount(stated.keyValueHeads, maxWidth) ?? heads;
  const headWidth = asCount(stated.headWidth, maxWidth) ?? (width === undefined ? width : width / (heads ?? Infinity));
  const shape = {
    layers: asCount(stated.layers, 10_000),
    keyValueWidth: asCount(Math.round((headWidth ?? 0) * (keyValueHeads ?? 0)), maxWidth),
    width,
    feedForwardWidth: asCount(stated.feedForwardWidth, maxWidth),
    vocabularySize: asCount(stated.vocabularySize, 2 ** 24),
  };
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined));
}

/** Weights of a decoder of this shape with gated feed-forward layers and tied embeddings; undefined if it is not stated. */
export function parametersOf(shape: ModelShape): number | undefined {
  const { layers, keyValueWidth, width, feedForwardWidth, vocabularySize } = shape;
  if (layers === undefined || width === undefined || feedForwardWidth === undefined || vocabularySize === undefined)
    return undefined;
  const attention = 2 * width * width + 2 * width * (keyValueWidth ?? width);
  return asCount(layers * (attention + 3 * width * feedForwardWidth) + vocabularySize * width);
}

/** A number from a file, as long as it can be a count of anything in a model. */
export function asCount(value: unknown, max = 1e13): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= max ? value : undefined;
}
