import type { GgufHeader } from '../gguf/gguf-header.ts';

/** Tokens after which a model has said what it had to say; a file names one or two, its vocabulary often holds more. */
export function readEndTokens({ metadata }: GgufHeader): readonly number[] {
  const texts = metadata.get('tokenizer.ggml.tokens');
  const kinds = metadata.get('tokenizer.ggml.token_type');
  const named = ['eos_token_id', 'eot_token_id', 'eom_token_id'].map((key) => metadata.get(`tokenizer.ggml.${key}`));
  const ends = new Set(named.filter((token) => typeof token === 'number'));
  if (Array.isArray(texts) && Array.isArray(kinds))
    for (const [token, text] of texts.entries())
      if (kinds[token] === controlKind && typeof text === 'string' && endTexts.has(text)) ends.add(token);
  return [...ends];
}

const controlKind = 3;
/** Those llama.cpp takes for ends of a generation, of the families this engine runs. */
const endTexts: ReadonlySet<string> = new Set([
  '<|eot_id|>',
  '<|im_end|>',
  '<|end|>',
  '<|endoftext|>',
  '<|end_of_text|>',
  '</s>',
  '<end_of_turn>',
  '<EOT>',
]);
