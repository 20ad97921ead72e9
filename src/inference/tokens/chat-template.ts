import { type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { EngineError, Prompt } from '../engine.ts';
import { type TokenTable, textsOfKinds, tokenKind } from './token-table.ts';

export interface ChatTemplate {
  /** The conversation as the model was trained to read it, up to where its reply begins; plain text as it is. */
  render(prompt: Prompt): Result<string, EngineError>;
}

/** What a model's files say of its conversations. */
export interface TemplateSource {
  /** Jinja; undefined where the files hold none. */
  readonly template: string | undefined;
  readonly beginText: string;
  readonly endText: string;
  /** The tokeniser puts the begin token before every prompt. */
  readonly addsBegin: boolean;
  /** Texts that act as marks wherever they stand in a prompt. */
  readonly controls: readonly string[];
  /** Whether the rendered conversation ends with the beginning of a reply. */
  readonly opensReply: boolean;
}

/** Compiles the Jinja template that a GGUF file carries. */
export function compileChatTemplate(table: TokenTable): Promise<Result<ChatTemplate, EngineError>> {
  const { chatTemplate, beginText, endText, addsBegin } = table;
  const controls = [...textsOfKinds(table, [tokenKind.control, tokenKind.unknown]).keys()];
  return compileTemplate({ template: chatTemplate, beginText, endText, addsBegin, controls, opensReply: true });
}

/** The interpreter is loaded on first use. */
export async function compileTemplate(source: TemplateSource): Promise<Result<ChatTemplate, EngineError>> {
  const { beginText, endText, addsBegin, controls, opensReply } = source;
  if (source.template === undefined)
    return err(
      failure(
        'load-failed',
        'The model carries no chat template.',
        'Choose an "instruct" or "chat" variant of the model.',
      ),
    );
  const { Template } = await import('@huggingface/jinja');
  try {
    const template = new Template(source.template);
    return ok({
      render(prompt) {
        if ('plain' in prompt) return ok(defuseMarks(prompt.plain, controls));
        try {
          const rendered = template.render({
            messages: prompt.map((message) => ({ ...message, content: defuseMarks(message.content, controls) })),
            bos_token: beginText,
            eos_token: endText,
            add_generation_prompt: opensReply,
          });
          // The engine puts the begin token itself; a second one changes the answers.
          const isDoubled = addsBegin && beginText !== '' && rendered.startsWith(beginText);
          return ok(isDoubled ? rendered.slice(beginText.length) : rendered);
        } catch (cause) {
          return err(
            failure('unsupported', `The model's chat template refuses this conversation: ${messageOf(cause)}`),
          );
        }
      },
    });
  } catch (cause) {
    return err(failure('load-failed', `The model's chat template cannot be read: ${messageOf(cause)}`));
  }
}

/**
 * Text from people and peers must not open or close turns: a space after the first character of every control mark
 * makes plain text of it, legible as it was. Lone surrogates, which the engine's JSON parser dies of, are replaced.
 */
export function defuseMarks(text: string, controls: readonly string[]): string {
  let defused = text.toWellFormed();
  for (const mark of controls) {
    const [first = ''] = mark;
    defused = defused.replaceAll(mark, `${first} ${mark.slice(first.length)}`);
  }
  return defused;
}
