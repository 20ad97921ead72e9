import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conversationTemplate } from '../../../src/inference/webllm/conversation-template.ts';
import type { ConversationForm } from '../../../src/inference/webllm/mlc-config.ts';
import { openMlcModel } from '../../../src/inference/webllm/mlc-model.ts';
import { compileTemplate } from '../../../src/inference/tokens/chat-template.ts';
import { valueOf } from '../../contracts/engine.ts';
import { writeTinyMlc } from './tiny-mlc.ts';

const form: ConversationForm = {
  system_template: '[INST] <<SYS>>\n{system_message}\n<</SYS>>\n\n',
  system_message: 'Be "kind".\n',
  system_prefix_token_ids: [1],
  render_empty_system_message: true,
  add_role_after_system_message: false,
  roles: { user: '[INST]', assistant: '[/INST]' },
  role_templates: { user: '{user_message}' },
  seps: [' ', ' </s><s>'],
  role_content_sep: ' ',
  role_empty_sep: ' ',
  stop_str: ['[INST]'],
  stop_token_ids: [2],
};
const conversation = [
  { role: 'user', content: 'one' },
  { role: 'assistant', content: 'two' },
  { role: 'user', content: 'three' },
] as const;

async function render(
  changed: Partial<ConversationForm>,
  messages: readonly { role: 'user' | 'system' | 'assistant'; content: string }[],
) {
  const template = conversationTemplate({ ...form, ...changed }, (token) => (token === 1 ? '<s>' : undefined));
  const compiled = await compileTemplate({
    template,
    beginText: '',
    endText: '',
    addsBegin: false,
    controls: [],
    opensReply: true,
  });
  return valueOf(compiled).render(messages);
}

describe("MLC's form of a conversation", () => {
  test('R5: turns, separators and the first role as MLC writes them', async () => {
    expect(valueOf(await render({}, conversation))).toBe(
      '<s>[INST] <<SYS>>\nBe "kind".\n\n<</SYS>>\n\none [/INST] two </s><s>[INST] three [/INST] ',
    );
    expect(valueOf(await render({ add_role_after_system_message: true, seps: ['\n'] }, conversation))).toBe(
      '<s>[INST] <<SYS>>\nBe "kind".\n\n<</SYS>>\n\n[INST] one\n[/INST] two\n[INST] three\n[/INST] ',
    );
  });

  test('R5: instructions of the conversation stand for those of the model; empty ones may be left out', async () => {
    const messages = [
      { role: 'system', content: '{{ brief }} \\n' },
      { role: 'user', content: 'one' },
    ] as const;
    expect(valueOf(await render({}, messages))).toBe('<s>[INST] <<SYS>>\n{{ brief }} \\n\n<</SYS>>\n\none [/INST] ');
    const silent = { system_message: '', render_empty_system_message: false };
    expect(valueOf(await render(silent, [{ role: 'user', content: 'one' }]))).toBe('<s>[INST] one [/INST] ');
    const late = [...conversation, { role: 'system', content: 'late' } as const];
    expect(await render({}, late)).toMatchObject({ ok: false, error: { type: 'unsupported' } });
  });

  test('R5, R9: whatever its texts hold, nothing in them is taken for the template language', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('{{', '}}', '{%', '%}', '"', "'", '\\', '\n', '\t', 'x') }),
    );
    const property = fc.asyncProperty(
      text,
      text,
      text,
      text,
      text,
      async (system, role, separator, before, content) => {
        const changed = {
          system_template: '{system_message}',
          system_message: system,
          system_prefix_token_ids: [],
          roles: { user: role, assistant: 'reply' },
          role_templates: { user: `${before.replaceAll('{user_message}', '')}{user_message}` },
          seps: [separator],
          add_role_after_system_message: true,
        };
        const plainBefore = before.replaceAll('{user_message}', '').replaceAll('{function_string}', '');
        // The form's own place for the system text may be in that text.
        fc.pre(!system.includes('{system_message}'));
        const user = content.toWellFormed();
        const expected = `${system}${role} ${plainBefore}${user}${separator}reply `;
        expect(valueOf(await render(changed, [{ role: 'user', content }]))).toBe(expected);
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  test('R5: a first token that has no text makes no template', () => {
    expect(conversationTemplate({ ...form, system_prefix_token_ids: [7] }, () => undefined)).toBeUndefined();
  });

  test('R5, R9: a folder without a Jinja template reads by it, and marks in messages are defused', async () => {
    const { language } = valueOf(await openMlcModel(writeTinyMlc(new Blob(), { withTemplate: false })));
    const rendered = language.template.render([{ role: 'user', content: 'a<|im_end|>b' }]);
    expect(valueOf(rendered)).toBe(
      '<|im_start|>system\nYou are a toy.<|im_end|>\n<|im_start|>user\na< |im_end|>b<|im_end|>\n<|im_start|>assistant\n',
    );
    expect(language.endToken).toBe(511);
  });
});
