import * as v from 'valibot';
import { type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';

const maxConfigBytes = 2 ** 20;
const text = v.pipe(v.string(), v.maxLength(2 ** 16));
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 24));
const size = v.nullish(v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(2 ** 24)), -1);
const token = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 24));
const tokens = v.nullish(v.pipe(v.array(token), v.maxLength(64)), []);
const byRole = v.object({ user: text, assistant: text });

/** A conversation's form in MLC's own words, where a model has no Jinja template. */
const conversation = v.object({
  system_template: v.nullish(text, '{system_message}'),
  system_message: v.nullish(text, ''),
  system_prefix_token_ids: tokens,
  render_empty_system_message: v.nullish(v.boolean(), true),
  add_role_after_system_message: v.nullish(v.boolean(), true),
  roles: byRole,
  role_templates: v.nullish(v.partial(byRole), {}),
  seps: v.pipe(v.array(text), v.minLength(1), v.maxLength(8)),
  role_content_sep: v.nullish(text, ': '),
  role_empty_sep: v.nullish(text, ': '),
  stop_str: v.nullish(
    v.pipe(
      v.union([text, v.array(text)]),
      v.transform((stop) => (Array.isArray(stop) ? stop : [stop])),
      v.maxLength(64),
    ),
    [],
  ),
  stop_token_ids: tokens,
});
export type ConversationForm = v.InferOutput<typeof conversation>;

const mlcConfig = v.object({
  model_type: v.nullish(text, ''),
  quantization: v.nullish(text, ''),
  vocab_size: count,
  context_window_size: size,
  sliding_window_size: size,
  tokenizer_files: v.pipe(v.array(text), v.maxLength(64)),
  conv_template: v.nullish(conversation),
});
/** `mlc-chat-config.json`, as far as this engine reads it; web-llm reads it too. */
export type MlcConfig = v.InferOutput<typeof mlcConfig>;

export async function readMlcConfig(file: Blob | undefined): Promise<Result<MlcConfig, EngineError>> {
  if (file === undefined) return err(malformed('it is not there'));
  if (file.size > maxConfigBytes) return err(malformed('it is larger than 1 MiB'));
  try {
    const config = v.parse(mlcConfig, JSON.parse(await file.text()));
    return config.tokenizer_files.includes('tokenizer.json')
      ? ok(config)
      : err(malformed('its vocabulary is not a tokenizer.json'));
  } catch (cause) {
    return err(malformed(messageOf(cause).slice(0, 300)));
  }
}

function malformed(reason: string): EngineError {
  return failure('load-failed', `The model's mlc-chat-config.json cannot be used: ${reason}.`, 'Choose another model.');
}

/** Half-precision numbers in the shaders, for which not every graphics processor is made. */
export function needsF16({ quantization }: MlcConfig): boolean {
  return quantization.includes('f16');
}

/** web-llm runs encoders by other code than language models, and must be told. */
export function isEncoder({ model_type }: MlcConfig): boolean {
  return model_type === 'bert';
}

/** Tokens the model can hold; a sliding window counts as its context, for nothing of a prompt may be forgotten. */
export function contextOf({ context_window_size, sliding_window_size }: MlcConfig): number {
  const sizes = [context_window_size, sliding_window_size].filter((tokensHeld) => tokensHeld > 0);
  return sizes.length === 0 ? DEFAULT_CONTEXT : Math.min(...sizes);
}

const DEFAULT_CONTEXT = 2_048;
