import * as v from 'valibot';
import { type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import type { ModelPackage } from '../model.ts';
import type { DecoderSizes } from './decoder-plan.ts';

/** The files of a decoder as Hugging Face's exporters lay them out. */
export interface OnnxFiles {
  readonly graph: Blob;
  /** Weights outside the graph, by the names it has for them. */
  readonly data: ReadonlyMap<string, Blob>;
  readonly tokenizer: Blob;
  readonly tokenizerConfig: Blob | undefined;
  readonly template: Blob | undefined;
  readonly config: OnnxConfig;
}

export interface OnnxConfig extends DecoderSizes {
  readonly vocabulary: number;
  readonly trainedContext: number;
  readonly endTokens: readonly number[];
}

const maxConfigBytes = 2 ** 20;
/** What one session can be given; WebAssembly ends at 4 GiB. */
const maxGraphBytes = 2 ** 31 - 1;

const count = (limit: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limit));
const token = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 24));
const ends = v.nullish(v.union([token, v.pipe(v.array(token), v.maxLength(64))]));
const configSchema = v.object({
  vocab_size: count(2 ** 24),
  max_position_embeddings: count(2 ** 31),
  hidden_size: v.optional(count(2 ** 20)),
  num_attention_heads: v.optional(count(2 ** 16)),
  num_key_value_heads: v.nullish(count(2 ** 16)),
  head_dim: v.nullish(count(2 ** 16)),
  eos_token_id: ends,
});
const generationSchema = v.object({ eos_token_id: ends });

export async function readOnnxFiles({ format, files }: ModelPackage): Promise<Result<OnnxFiles, EngineError>> {
  if (format !== 'onnx') return err(unusable(`"${format}" is another format.`));
  const graphs = [...files].filter(([name]) => name.endsWith('.onnx'));
  const [only, second] = graphs;
  if (only === undefined) return err(unusable('there is no ".onnx" file among its files.'));
  if (second !== undefined) return err(unusable('there are several ".onnx" files; keep one.'));
  const [path, graph] = only;
  if (graph.size > maxGraphBytes) return err(unusable('its graph is larger than 2 GiB.'));
  const find = (name: string): Blob | undefined => files.get(name) ?? files.get(folderOf(path) + name);
  const tokenizer = find('tokenizer.json');
  const configFile = find('config.json');
  if (tokenizer === undefined || configFile === undefined)
    return err(unusable('"tokenizer.json" and "config.json" must stand beside its ".onnx" file.'));
  const config = await readConfig(configFile, find('generation_config.json'));
  if (!config.ok) return config;
  const data = new Map<string, Blob>();
  for (const [name, file] of files)
    if (name.startsWith(folderOf(path)) && isData(name)) data.set(name.slice(folderOf(path).length), file);
  return ok({
    graph,
    data,
    tokenizer,
    tokenizerConfig: find('tokenizer_config.json'),
    template: find('chat_template.jinja'),
    config: config.value,
  });
}

async function readConfig(file: Blob, generation: Blob | undefined): Promise<Result<OnnxConfig, EngineError>> {
  const read = async <T>(blob: Blob, schema: v.GenericSchema<unknown, T>): Promise<T> => {
    if (blob.size > maxConfigBytes) throw new Error('it is larger than 1 MiB.');
    return v.parse(schema, JSON.parse(await blob.text()));
  };
  try {
    const config = await read(file, configSchema);
    const { eos_token_id: generated } = generation === undefined ? {} : await read(generation, generationSchema);
    const { hidden_size: width = 0, num_attention_heads: heads = 1 } = config;
    const headWidth = config.head_dim ?? width / heads;
    return ok({
      vocabulary: config.vocab_size,
      trainedContext: config.max_position_embeddings,
      keyHeads: config.num_key_value_heads ?? config.num_attention_heads,
      headWidth: Number.isInteger(headWidth) && headWidth > 0 ? headWidth : undefined,
      endTokens: [config.eos_token_id ?? [], generated ?? []].flat(),
    });
  } catch (cause) {
    return err(unusable(`its config cannot be read: ${messageOf(cause).slice(0, 200)}`));
  }
}

/** Names that exporters give to weights outside the graph. */
function isData(name: string): boolean {
  return /\.onnx[._]data(?:_\d+)?$|\.data$/.test(name);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function unusable(reason: string): EngineError {
  return failure('load-failed', `The ONNX model cannot be used: ${reason}`, 'Choose a decoder with all its files.');
}
