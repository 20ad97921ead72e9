import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultModelFile } from '../../../src/inference/catalogue.ts';
import { readGgufHeader } from '../../../src/inference/gguf/gguf-header.ts';
import { type TokenTable, readTokenTable, tokenKind } from '../../../src/inference/tokens/token-table.ts';


const path = fileURLToPath(new URL(`../../../.models/${defaultModelFile.name}`, import.meta.url));

/** Undefined where the default model has not been downloaded. */
export async function readDefaultTokenTable(): Promise<TokenTable | undefined> {
  if (statSync(path, { throwIfNoEntry: false })?.size !== defaultModelFile.sizeBytes) return undefined;
  const header = await readGgufHeader(new Blob([readFileSync(path).subarray(0, 8 * 2 ** 20)]));
  const table = header.ok ? readTokenTable(header.value) : header;
  if (!table.ok) throw new Error(table.error.message);
  return table.value;
}

/** The same vocabulary as its authors publish it, in the layout of the `tokenizers` library. */
export function writeTokenizerJson({ texts, kinds, merges }: TokenTable): Blob {
  const added = texts.flatMap((content, id) =>
    kinds[id] === tokenKind.control || kinds[id] === tokenKind.unknown
      ? [{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }]
      : [],
  );
  return asJson({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Digits', individual_digits: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(texts.map((text, id) => [text, id])),
      merges,
    },
  });
}

export function writeTokenizerConfig({ beginText, endText, chatTemplate }: TokenTable): Blob {
  return asJson({
    add_prefix_space: false,
    bos_token: beginText,
    eos_token: { content: endText, special: true },
    chat_template: chatTemplate,
  });
}

function asJson(value: unknown): Blob {
  return new Blob([JSON.stringify(value)]);
}
