import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import { type TensorTable, readTensorTable } from '../gguf/gguf-tensors.ts';
import type { ModelPackage } from '../model.ts';
import type { ModelLanguage } from '../serving/backend.ts';
import { openGgufModel } from '../tokens/gguf-language.ts';
import type { Tokeniser } from '../tokens/tokeniser.ts';
import { readEndTokens } from './end-tokens.ts';
import { type LlamaShape, readLlamaShape } from './llama-shape.ts';

/** What a graph is built from, and how the model reads and writes. */
export interface LlamaFile {
  readonly file: Blob;
  readonly tensors: TensorTable;
  readonly shape: LlamaShape;
  readonly language: ModelLanguage;
  readonly tokeniser: Tokeniser;
  readonly endTokens: readonly number[];
}

/** Opens a GGUF file of the Llama family; reads its header only. */
export async function openLlamaFile(model: ModelPackage): Promise<Result<LlamaFile, EngineError>> {
  const opened = await openGgufModel(model);
  if (!opened.ok) return opened;
  const { weights: file, header, language } = opened.value;
  const { tokeniser } = language;
  if (!tokeniser.ok) return err({ ...tokeniser.error, type: 'load-failed' });
  const tensors = await readTensorTable(file, header);
  if (!tensors.ok) return err(failure('load-failed', tensors.error.message, tensors.error.remedy));
  const shape = readLlamaShape(header, tensors.value);
  if (!shape.ok) return shape;
  const endTokens = readEndTokens(header);
  return ok({ file, tensors: tensors.value, shape: shape.value, language, tokeniser: tokeniser.value, endTokens });
}
