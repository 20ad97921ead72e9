import { type Result, err, ok } from '#vocabulary';
import * as v from 'valibot';
import type { ModelError } from '../../model.ts';
import { type Chosen, type ChosenFile, notAModel, segmentsOf } from './file-names.ts';
import { languageMembers, readJson, tokeniserSchema } from './json-file.ts';
import { readOnnxOutline } from './onnx-outline.ts';
import { type Recognised, asCount, parametersOf, readShape } from './recognised.ts';

const configSchema = v.looseObject({
  model_type: v.exactOptional(v.pipe(v.string(), v.maxLength(100)), ''),
  architectures: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(100))), v.maxLength(16)), []),
});

export function findOnnxGraphs({ files }: Chosen): readonly ChosenFile[] {
  return files.filter(({ path }) => path.endsWith('.onnx'));
}

/** A graph, the files with its weights if they lie apart, its tokeniser and its configuration. */
export async function recogniseOnnx(chosen: Chosen, graph: ChosenFile): Promise<Result<Recognised, ModelError>> {
  const outline = await readOnnxOutline(graph);
  if (!outline.ok) return outline;
  const members = [{ name: 'model.onnx', blob: graph.blob }];
  const folder = graph.path.slice(0, graph.path.lastIndexOf('/') + 1);
  for (const [location, endBytes] of outline.value.externalBytes) {
    const isSafe = segmentsOf(location) !== undefined && location !== 'model.onnx';
    const weights = isSafe ? chosen.files.find(({ path }) => path === `${folder}${location}`) : undefined;
    const shown = location.replaceAll(/[^\w./-]/g, '?').slice(0, 80);
    if (weights === undefined) return err(notAModel(`The weights are incomplete: ${shown} is missing.`));
    if (weights.blob.size < endBytes)
      return err(notAModel(`${shown} is damaged: it has ${weights.blob.size} bytes of at least ${endBytes}.`));
    members.push({ name: location, blob: weights.blob });
  }

  // Hubs put the graph into a folder of its own, and what goes with it above.
  const beside = (name: string): ChosenFile | undefined =>
    chosen.files.find(({ path }) => path === `${folder}${name}`) ?? chosen.files.find(({ path }) => path === name);
  const tokeniser = beside('tokenizer.json');
  if (tokeniser === undefined) return err(notAModel('The tokeniser (tokenizer.json) is missing.'));
  const readable = await readJson(tokeniser, tokeniserSchema);
  if (!readable.ok) return readable;
  const configFile = beside('config.json');
  if (configFile === undefined) return err(notAModel('The configuration (config.json) is missing.'));
  const config = await readJson(configFile, configSchema);
  if (!config.ok) return config;
  members.push({ name: 'tokenizer.json', blob: tokeniser.blob }, { name: 'config.json', blob: configFile.blob });
  const language = await languageMembers(beside);
  if (!language.ok) return language;
  members.push(...language.value);
  // The same file under two names, or a weights file called like a companion.
  if (new Set(members.map(({ name }) => name)).size < members.length)
    return err(notAModel('Two of the files have the same name.'));

  const { value } = config;
  const shape = readShape({
    layers: value['num_hidden_layers'],
    width: value['hidden_size'],
    heads: value['num_attention_heads'],
    keyValueHeads: value['num_key_value_heads'],
    headWidth: value['head_dim'],
    feedForwardWidth: value['intermediate_size'],
    vocabularySize: value['vocab_size'],
  });
  const isChat = value.architectures.some((architecture) => /CausalLM|LMHead|ConditionalGeneration/.test(architecture));
  return ok({
    format: 'onnx',
    purpose: isChat || value.architectures.length === 0 ? 'chat' : 'embedding',
    name: chosen.folder ?? (value.model_type || undefined),
    licence: undefined,
    // Packed weights count fewer numbers than there are parameters.
    parameters: Math.max(outline.value.parameters, isChat ? (parametersOf(shape) ?? 0) : 0),
    contextTokens: asCount(value['max_position_embeddings']) ?? 0,
    needsF16: false,
    shape,
    members,
  });
}
