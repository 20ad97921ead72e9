import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';

/** What a session says of one of its inputs or outputs; names in a shape are sizes known only when it runs. */
export interface SessionValue {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** Kinds of numbers in which caches and logits may come. */
export type FloatType = 'float32' | 'float16';

/** One of the two caches of one block: where it goes in and where it comes out. */
export interface CacheSlot {
  readonly input: string;
  readonly output: string;
}

/** How a decoder in the layout of Hugging Face's exporters is fed and read. */
export interface DecoderPlan {
  /** Keys and values of each block in turn. */
  readonly caches: readonly CacheSlot[];
  readonly cacheType: FloatType;
  readonly keyHeads: number;
  readonly headWidth: number;
  readonly logitsType: FloatType;
  readonly vocabulary: number;
  readonly hasMask: boolean;
  readonly hasPositions: boolean;
  /** The input by which exports join their two graphs, with and without past, into one. */
  readonly hasBranch: boolean;
  /** The input that says of how many of the last tokens logits are wanted; 0 of all. */
  readonly hasKeptLogits: boolean;
}

export interface DecoderSizes {
  readonly vocabulary: number | undefined;
  readonly keyHeads: number | undefined;
  readonly headWidth: number | undefined;
}

const past = /^past_key_values\.(\d+)\.(?:decoder\.)?(key|value)$/;
const present = /^present\.\d+\.(?:decoder\.)?(?:key|value)$/;
const maxBlocks = 512;

/** A typed error says which part of the file this engine cannot run. `sizes` are those of config.json. */
export function planDecoder(
  inputs: readonly SessionValue[],
  outputs: readonly SessionValue[],
  sizes: DecoderSizes,
): Result<DecoderPlan, EngineError> {
  const outputOf = new Map(outputs.map((output) => [output.name, output]));
  const plain = new Map<string, SessionValue>();
  const slots: (SessionValue & { readonly place: number })[] = [];
  for (const input of inputs) {
    const [, block, kind] = past.exec(input.name) ?? [];
    if (block === undefined) plain.set(input.name, input);
    else slots.push({ ...input, place: 2 * Number(block) + (kind === 'key' ? 0 : 1) });
  }
  for (const [name, { type }] of plain) {
    const wanted = knownInputs.get(name);
    if (wanted === undefined) return err(unsupported(`an input "${name}"`));
    if (type !== wanted) return err(unsupported(`"${name}" as ${type}`));
  }
  if (!plain.has('input_ids')) return err(unsupported('a model without "input_ids"'));
  slots.sort((a, b) => a.place - b.place);
  const [first] = slots;
  const isInOrder = slots.length % 2 === 0 && slots.every(({ place }, index) => place === index);
  // A cache that comes out and is not taken in again would be forgotten at every token.
  const isWhole = outputs.filter(({ name }) => present.test(name)).length === slots.length;
  if (first === undefined || slots.length > 2 * maxBlocks || !isInOrder || !isWhole)
    return err(unsupported('a decoder without the keys and values of every block, in order'));

  const keyHeads = sizeAt(first, 1) ?? sizes.keyHeads;
  const headWidth = sizeAt(first, 3) ?? sizes.headWidth;
  if (keyHeads === undefined || headWidth === undefined) return err(unsupported('caches of unknown size'));
  const cacheType = floatType(first.type);
  const caches: CacheSlot[] = [];
  for (const slot of slots) {
    const output = slot.name.replace('past_key_values', 'present');
    const isSame =
      slot.type === first.type &&
      slot.shape.length === 4 &&
      (sizeAt(slot, 1) ?? keyHeads) === keyHeads &&
      (sizeAt(slot, 3) ?? headWidth) === headWidth &&
      outputOf.get(output)?.type === slot.type;
    if (!isSame || cacheType === undefined) return err(unsupported(`a cache like "${slot.name}"`));
    caches.push({ input: slot.name, output });
  }
  if (cacheType === undefined) return err(unsupported(`caches of ${first.type}`));

  const logits = outputOf.get('logits');
  const logitsType = floatType(logits?.type);
  const vocabulary = (logits === undefined ? undefined : sizeAt(logits, 2)) ?? sizes.vocabulary;
  if (logits?.shape.length !== 3 || logitsType === undefined || vocabulary === undefined)
    return err(unsupported('a model whose logits cannot be read'));
  return ok({
    caches,
    cacheType,
    keyHeads,
    headWidth,
    logitsType,
    vocabulary,
    hasMask: plain.has('attention_mask'),
    hasPositions: plain.has('position_ids'),
    hasBranch: plain.has('use_cache_branch'),
    hasKeptLogits: plain.has('num_logits_to_keep'),
  });
}

const knownInputs: ReadonlyMap<string, string> = new Map([
  ['input_ids', 'int64'],
  ['attention_mask', 'int64'],
  ['position_ids', 'int64'],
  ['use_cache_branch', 'bool'],
  ['num_logits_to_keep', 'int64'],
]);

function sizeAt({ shape }: SessionValue, axis: number): number | undefined {
  const size = shape[axis];
  // Sizes that are not known are written as names, or as -1 by some.
  return typeof size === 'number' && size > 0 ? size : undefined;
}

function floatType(type: string | undefined): FloatType | undefined {
  return type === 'float32' || type === 'float16' ? type : undefined;
}

function unsupported(what: string): EngineError {
  return failure(
    'load-failed',
    `This engine does not run ${what.slice(0, 200)}.`,
    'Choose a decoder exported with its past keys and values.',
  );
}
