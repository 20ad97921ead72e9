import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import { type GgufHeader, readGgufHeader } from '../gguf/gguf-header.ts';
import type { ModelPackage } from '../model.ts';
import type { ModelLanguage } from '../serving/backend.ts';
import { compileChatTemplate } from './chat-template.ts';
import { readTokenTable } from './token-table.ts';
import { createTokeniser } from './tokeniser.ts';

export interface GgufModel {
  readonly weights: Blob;
  readonly header: GgufHeader;
  readonly language: ModelLanguage;
}

/** The one file of a GGUF model, and from its header how it reads and writes. */
export async function openGgufModel({ format, files }: ModelPackage): Promise<Result<GgufModel, EngineError>> {
  const [weights] = files.values();
  if (format !== 'gguf' || weights === undefined)
    return err(failure('load-failed', `This engine reads GGUF files, not "${format}".`, 'Choose another engine.'));
  const header = await readGgufHeader(weights);
  if (!header.ok) return err(failure('load-failed', header.error.message, 'Choose another model file.'));
  const table = readTokenTable(header.value);
  if (!table.ok) return err(failure('load-failed', table.error.message, 'Choose another model file.'));
  const template = await compileChatTemplate(table.value);
  if (!template.ok) return template;
  const language = {
    tokeniser: createTokeniser(table.value),
    template: template.value,
    endToken: table.value.endToken,
  };
  return ok({ weights, header: header.value, language });
}
