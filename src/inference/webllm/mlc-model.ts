import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import type { ModelPackage } from '../model.ts';
import type { ModelLanguage } from '../serving/backend.ts';
import { defuseMarks } from '../tokens/chat-template.ts';
import { openTokenizerJsonLanguage } from '../tokens/tokenizer-json-language.ts';
import { openTokenizer } from '../tokens/tokenizer-json.ts';
import { readTokenizerJson } from '../tokens/tokenizer-json-schema.ts';
import { conversationTemplate } from './conversation-template.ts';
import { type MlcConfig, contextOf, isEncoder, needsF16, readMlcConfig } from './mlc-config.ts';
import { checkWeights } from './weights.ts';

/** A folder of MLC's with its model library, checked as far as can be without running it. */
export interface MlcModel {
  readonly files: ReadonlyMap<string, Blob>;
  readonly purpose: 'chat' | 'embedding';
  readonly needsF16: boolean;
  /** The most that the model can hold. */
  readonly contextTokens: number;
  readonly language: ModelLanguage;
  /** A prompt as this engine reads it. */
  readonly sample: { readonly text: string; readonly tokens: readonly number[] } | undefined;
  /** Tokens of a text with the marks that an encoder wants around it; of other models undefined. */
  readonly encodeFramed: ((text: string) => number[]) | undefined;
  /** Tokens and texts that end a reply, beside what the request says. */
  readonly stopTokens: readonly number[];
  readonly stopTexts: readonly string[];
}

export async function openMlcModel({ format, files }: ModelPackage): Promise<Result<MlcModel, EngineError>> {
  if (format !== 'mlc')
    return err(failure('load-failed', `This engine reads MLC folders, not "${format}".`, 'Choose another engine.'));
  const config = await readMlcConfig(files.get('mlc-chat-config.json'));
  if (!config.ok) return config;
  const weights = await checkWeights(files);
  if (!weights.ok) return weights;
  const tokenizer = files.get('tokenizer.json');
  for (const [name, file] of [
    ['tokenizer.json', tokenizer],
    ['model.wasm', files.get('model.wasm')],
  ] as const)
    if (file === undefined)
      return err(failure('load-failed', `The model has no ${name}.`, 'Remove it and get it again.'));
  const opened = isEncoder(config.value)
    ? await openEncoder(tokenizer as Blob)
    : await openLanguage(files, tokenizer as Blob, config.value);
  if (!opened.ok) return opened;
  const { language, encodeFramed } = opened.value;
  const form = config.value.conv_template;
  const { endToken } = language;
  return ok({
    files,
    purpose: isEncoder(config.value) ? 'embedding' : 'chat',
    needsF16: needsF16(config.value),
    contextTokens: contextOf(config.value),
    language,
    sample: sampleOf(language),
    encodeFramed,
    stopTokens: [...new Set([...(form?.stop_token_ids ?? []), ...(endToken === undefined ? [] : [endToken])])],
    stopTexts: form?.stop_str ?? [],
  });
}

function sampleOf({ template, tokeniser }: ModelLanguage): MlcModel['sample'] {
  const rendered = template.render([{ role: 'user', content: "It's 12:30. Why is the sky blue?" }]);
  if (!rendered.ok || !tokeniser.ok) return undefined;
  return { text: rendered.value, tokens: tokeniser.value.encodePrompt(rendered.value) };
}

type Opened = Pick<MlcModel, 'language' | 'encodeFramed'>;

/** By the model's own Jinja template; where there is none, by MLC's form of it. */
async function openLanguage(
  files: ReadonlyMap<string, Blob>,
  tokenizer: Blob,
  { conv_template: form }: MlcConfig,
): Promise<Result<Opened, EngineError>> {
  const open = async (template: Blob | undefined): Promise<Result<Opened, EngineError>> => {
    const config = files.get('tokenizer_config.json');
    const language = await openTokenizerJsonLanguage({ tokenizer, config, template });
    return language.ok ? ok({ language: language.value, encodeFramed: undefined }) : language;
  };
  const own = await open(files.get('chat_template.jinja'));
  if (own.ok || form === null || form === undefined) return own;
  const json = await readTokenizerJson(tokenizer);
  if (!json.ok) return json;
  const textOf = (token: number): string | undefined => json.value.added_tokens.find(({ id }) => id === token)?.content;
  const written = conversationTemplate(form, textOf);
  return written === undefined ? own : open(new Blob([written]));
}

async function openEncoder(tokenizer: Blob): Promise<Result<Opened, EngineError>> {
  const json = await readTokenizerJson(tokenizer);
  if (!json.ok) return json;
  const marks = json.value.added_tokens.filter(({ special }) => special);
  const opened = await openTokenizer(json.value, marks);
  if (!opened.ok) return opened;
  const controls = marks.map(({ content }) => content);
  const encodeFramed = (text: string): number[] => opened.value.encodeFramed(defuseMarks(text, controls));
  return ok({ language: encoderLanguage, encodeFramed });
}

const noChat = failure('unsupported', 'This model writes no replies.', 'Choose a chat model.');
const encoderLanguage: ModelLanguage = {
  tokeniser: err(noChat),
  template: { render: () => err(noChat) },
  endToken: undefined,
};
