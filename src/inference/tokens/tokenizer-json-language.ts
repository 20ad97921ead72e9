import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import type { ModelLanguage } from '../serving/backend.ts';
import { type ChatTemplate, type TemplateSource, compileTemplate } from './chat-template.ts';
import type { Tokeniser } from './tokeniser.ts';
import { type OpenedTokenizer, openTokenizer } from './tokenizer-json.ts';
import {
  type AddedToken,
  type TokenizerConfig,
  readTokenizerConfig,
  readTokenizerJson,
} from './tokenizer-json-schema.ts';

/** How the Hugging Face hub describes a model's language. */
export interface TokenizerFiles {
  /** tokenizer.json */
  readonly tokenizer: Blob;
  /** tokenizer_config.json */
  readonly config?: Blob | undefined;
  /** chat_template.jinja, which stands above a template in the config. */
  readonly template?: Blob | undefined;
}

export async function openTokenizerJsonLanguage(files: TokenizerFiles): Promise<Result<ModelLanguage, EngineError>> {
  const json = await readTokenizerJson(files.tokenizer);
  if (!json.ok) return json;
  const config = files.config === undefined ? ok<TokenizerConfig>({}) : await readTokenizerConfig(files.config);
  if (!config.ok) return config;
  const found = await findTemplate(config.value, files.template);
  if (!found.ok) return found;
  const { bos_token: beginText, eos_token: endText } = config.value;
  const source: TemplateSource = {
    template: found.value,
    beginText: beginText ?? '',
    endText: endText ?? '',
    addsBegin: false,
    controls: [],
    opensReply: true,
  };

  const opening = await compileTemplate(source);
  const closing = await compileTemplate({ ...source, opensReply: false });
  if (!opening.ok) return opening;
  if (!closing.ok) return closing;
  const marks = findMarks(json.value.added_tokens, opening.value);
  const opened = await openTokenizer(json.value, marks);
  if (!opened.ok) return opened;

  const { tokenOf, encodeFramed } = opened.value;
  const begin = source.beginText === '' ? undefined : tokenOf(source.beginText);
  // Files that do not say it show it by what they put around an empty text.
  const addsBegin = begin !== undefined && (config.value.add_bos_token ?? encodeFramed('')[0] === begin);
  const template = await compileTemplate({ ...source, addsBegin, controls: marks.map(({ content }) => content) });
  if (!template.ok) return template;
  return ok({
    tokeniser: createTokeniser(opened.value, addsBegin ? begin : undefined),
    template: template.value,
    endToken: findTurnEnd(closing.value, marks) ?? (source.endText === '' ? undefined : tokenOf(source.endText)),
  });
}

function createTokeniser(opened: OpenedTokenizer, begin: number | undefined): Result<Tokeniser, EngineError> {
  const { encodeText, encodeMarked, bytesOf, longestToken } = opened;
  if (bytesOf === undefined)
    return err(
      failure('unsupported', 'The tokenizer.json does not say how tokens become text.', 'Choose another model.'),
    );
  return ok({
    encode: encodeText,
    encodePrompt: (text) => (begin === undefined ? encodeMarked(text) : [begin, ...encodeMarked(text)]),
    bytesOf,
    longestToken,
  });
}

async function findTemplate(
  { chat_template: stated }: TokenizerConfig,
  file: Blob | undefined,
): Promise<Result<string | undefined, EngineError>> {
  if (file !== undefined && file.size > maxTemplateBytes)
    return err(failure('load-failed', 'The chat template is larger than 1 MiB.', 'Choose another model.'));
  if (file !== undefined) return ok(await file.text());
  if (!Array.isArray(stated)) return ok(stated ?? undefined);
  const [first, second] = stated;
  const main = stated.find(({ name }) => name === 'default') ?? (second === undefined ? first : undefined);
  if (stated.length > 0 && main === undefined)
    return err(failure('load-failed', 'The model carries several chat templates, none of them its default.'));
  return ok(main?.template);
}

/** Special tokens, and those that the template writes around every message: some files do not call them special. */
function findMarks(added: readonly AddedToken[], template: ChatTemplate): readonly AddedToken[] {
  const frame = template.render([{ role: 'user', content: 'x' }]);
  const written = frame.ok ? frame.value : '';
  return added.filter(({ special, content }) => special || (bracketed.test(content) && written.includes(content)));
}

/** The mark that the template writes after a reply. Files call another one their end token, as Gemma's do. */
function findTurnEnd(template: ChatTemplate, marks: readonly AddedToken[]): number | undefined {
  const reply = 'a reply';
  const turns = template.render([
    { role: 'user', content: 'x' },
    { role: 'assistant', content: reply },
  ]);
  if (!turns.ok) return undefined;
  const place = turns.value.lastIndexOf(reply);
  if (place < 0) return undefined;
  const after = turns.value.slice(place + reply.length).trimStart();
  const found = marks
    .filter(({ content }) => after.startsWith(content))
    .sort((a, b) => b.content.length - a.content.length);
  return found[0]?.id;
}

const maxTemplateBytes = 2 ** 20;
const bracketed = /^<.+>$|^\[.+\]$/s;
