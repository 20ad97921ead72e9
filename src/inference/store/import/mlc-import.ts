import { type Result, err, ok } from '#vocabulary';
import * as v from 'valibot';
import type { ModelError } from '../../model.ts';
import { maxFiles } from '../manifest-schema.ts';
import { type Chosen, type ChosenFile, notAModel, segmentsOf } from './file-names.ts';
import { count, languageMembers, readJson, tokeniserSchema } from './json-file.ts';
import { type Recognised, asCount, parametersOf, readShape } from './recognised.ts';

const configName = 'mlc-chat-config.json';
const shardListName = 'tensor-cache.json';
const oldShardListName = 'ndarray-cache.json';

const configSchema = v.looseObject({
  model_type: v.pipe(v.string(), v.maxLength(100)),
  quantization: v.pipe(v.string(), v.maxLength(100)),
  context_window_size: v.exactOptional(v.number()),
  vocab_size: v.exactOptional(v.number()),
  tokenizer_files: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(16)), []),
  model_config: v.exactOptional(v.looseObject({}), {}),
});

const shardListSchema = v.looseObject({
  metadata: v.exactOptional(
    v.looseObject({ ParamBytes: v.exactOptional(v.number()), BitsPerParam: v.exactOptional(v.number()) }),
    {},
  ),
  records: v.pipe(
    v.array(v.looseObject({ dataPath: v.pipe(v.string(), v.maxLength(200)), nbytes: count })),
    v.minLength(1),
    v.maxLength(maxFiles),
  ),
});

export function findMlcConfig({ files }: Chosen): ChosenFile | undefined {
  return files.find(({ path }) => path === configName);
}

/** A folder that web-llm reads: configuration, list of shards, shards, tokeniser, and the compiled library. */
export async function recogniseMlc(chosen: Chosen, configFile: ChosenFile): Promise<Result<Recognised, ModelError>> {
  const byPath = new Map(chosen.files.map((file) => [file.path, file]));
  const config = await readJson(configFile, configSchema);
  if (!config.ok) return config;
  const listFile = byPath.get(shardListName) ?? byPath.get(oldShardListName);
  if (listFile === undefined) return err(notAModel(`The list of weights (${shardListName}) is missing.`));
  const list = await readJson(listFile, shardListSchema);
  if (!list.ok) return list;

  const members = [
    { name: configName, blob: configFile.blob },
    { name: shardListName, blob: listFile.blob },
  ];
  for (const { dataPath, nbytes } of list.value.records) {
    const shard = segmentsOf(dataPath) === undefined ? undefined : byPath.get(dataPath);
    if (shard === undefined) return err(notAModel(`The weights are incomplete: ${shown(dataPath)} is missing.`));
    if (shard.blob.size !== nbytes)
      return err(notAModel(`${shown(dataPath)} is damaged: it has ${shard.blob.size} bytes instead of ${nbytes}.`));
    members.push({ name: dataPath, blob: shard.blob });
  }
  const tokeniser = byPath.get('tokenizer.json');
  if (tokeniser === undefined) return err(notAModel('The tokeniser (tokenizer.json) is missing.'));
  const readable = await readJson(tokeniser, tokeniserSchema);
  if (!readable.ok) return readable;
  for (const name of new Set(['tokenizer.json', ...config.value.tokenizer_files])) {
    const file = byPath.get(name);
    if (file !== undefined && !members.some((member) => member.name === name)) members.push({ name, blob: file.blob });
  }
  const language = await languageMembers((name) => byPath.get(name));
  if (!language.ok) return language;
  members.push(...language.value.filter(({ name }) => !members.some((member) => member.name === name)));
  const library = await onlyLibrary(chosen.files);
  if (!library.ok) return library;
  members.push({ name: 'model.wasm', blob: library.value });

  const { quantization, model_type, context_window_size, vocab_size, model_config } = config.value;
  const shape = readShape({
    layers: model_config['num_hidden_layers'],
    width: model_config['hidden_size'],
    heads: model_config['num_attention_heads'],
    keyValueHeads: model_config['num_key_value_heads'],
    headWidth: model_config['head_dim'],
    feedForwardWidth: model_config['intermediate_size'],
    vocabularySize: vocab_size,
  });
  const { ParamBytes = 0, BitsPerParam = 0 } = list.value.metadata;
  return ok({
    format: 'mlc',
    purpose: /bert|embed/i.test(model_type) ? 'embedding' : 'chat',
    name: chosen.folder ?? `${model_type} ${quantization}`,
    licence: undefined,
    parameters: parametersOf(shape) ?? asCount(Math.round((ParamBytes * 8) / BitsPerParam)) ?? 0,
    contextTokens: asCount(context_window_size) ?? 0,
    needsF16: /f16/.test(quantization),
    shape,
    members,
  });
}

async function onlyLibrary(files: readonly ChosenFile[]): Promise<Result<Blob, ModelError>> {
  const libraries: Blob[] = [];
  for (const { path, blob } of files) {
    if (!path.endsWith('.wasm')) continue;
    const start = new Uint8Array(await blob.slice(0, 4).arrayBuffer());
    if (start.length === 4 && start.every((byte, index) => byte === wasmMagic[index])) libraries.push(blob);
  }
  const [library, second] = libraries;
  if (library === undefined)
    return err(
      notAModel('The compiled library of the model (a .wasm file) is missing; it is published apart from the weights.'),
    );
  return second === undefined
    ? ok(library)
    : err(notAModel('Several model libraries (.wasm) were chosen; one is needed.'));
}

const wasmMagic = [0x00, 0x61, 0x73, 0x6d];

function shown(path: string): string {
  return path.replaceAll(/[^\w./-]/g, '?').slice(0, 80);
}
