import type { ModelPackage } from '#inference';
import { writeTinyGguf } from '../tiny-gguf.ts';
import { readTable } from '../tokens/read-table.ts';
import { asJson, sentencePieceParts, writeTokenizerConfig, writeTokenizerJson } from '../tokens/tokenizer-files.ts';
import { type TinyDecoderOptions, writeTinyDecoder } from './tiny-decoder.ts';

/** The tiny GGUF model in the folder that an exporter would make of it. */
export async function packTinyDecoder(options: TinyDecoderOptions = {}): Promise<ModelPackage> {
  const gguf = writeTinyGguf();
  const table = await readTable(gguf);
  const config = {
    model_type: 'llama',
    vocab_size: table.texts.length,
    max_position_embeddings: 1024,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    hidden_size: 64,
    eos_token_id: table.endToken,
  };
  return {
    format: 'onnx',
    files: new Map([
      ['onnx/model.onnx', await writeTinyDecoder(gguf, options)],
      ['config.json', asJson(config)],
      ['tokenizer.json', writeTokenizerJson(sentencePieceParts(table))],
      ['tokenizer_config.json', writeTokenizerConfig(table)],
    ]),
  };
}
