import type { ConversationForm } from './mlc-config.ts';

/**
 * A Jinja template that writes what MLC's form of a conversation says, so that one interpreter, one defence against marks
 * in messages and one search for the end of a turn serve all models. `textOf` names the text of a token.
 */
export function conversationTemplate(
  form: ConversationForm,
  textOf: (token: number) => string | undefined,
): string | undefined {
  const prefix = form.system_prefix_token_ids.map((token) => textOf(token));
  if (prefix.includes(undefined)) return undefined;
  const system = around(form.system_template, '{system_message}');
  const user = around(form.role_templates.user ?? '{user_message}', '{user_message}');
  const assistant = around(form.role_templates.assistant ?? '{assistant_message}', '{assistant_message}');
  const roleOf = (role: string): string => `${literal(role + form.role_content_sep)}`;
  const omitsFirstRole = !form.add_role_after_system_message;
  return [
    `{% if messages and messages[0]['role'] == 'system' %}`,
    `{% set system = messages[0]['content'] %}{% set turns = messages[1:] %}`,
    `{% else %}{% set system = ${literal(form.system_message)} %}{% set turns = messages %}{% endif %}`,
    `{{ ${literal(prefix.join(''))} }}`,
    form.render_empty_system_message ? `{% set opens = true %}` : `{% set opens = system != '' %}`,
    `{% if opens %}{{ ${literal(system.before)} + system + ${literal(system.after)} }}{% endif %}`,
    `{% set separators = [${form.seps.map(literal).join(', ')}] %}`,
    `{% for turn in turns %}`,
    `{% if turn['role'] == 'user' %}`,
    omitsFirstRole
      ? `{% if not (loop.first and opens) %}{{ ${roleOf(form.roles.user)} }}{% endif %}`
      : `{{ ${roleOf(form.roles.user)} }}`,
    `{{ ${literal(user.before)} + turn['content'] + ${literal(user.after)} }}`,
    `{% elif turn['role'] == 'assistant' %}`,
    `{{ ${roleOf(form.roles.assistant)} + ${literal(assistant.before)} + turn['content'] + ${literal(assistant.after)} }}`,
    `{% else %}{{ raise_exception('Instructions stand only at the beginning.') }}{% endif %}`,
    `{{ separators[loop.index0 % ${form.seps.length}] }}`,
    `{% endfor %}`,
    `{% if add_generation_prompt %}{{ ${literal(form.roles.assistant + form.role_empty_sep)} }}{% endif %}`,
  ].join('');
}

/** What stands before and after the place of a message; a form without such a place says the message alone. */
function around(form: string, place: string): { readonly before: string; readonly after: string } {
  const plain = form.replaceAll('{function_string}', '');
  const at = plain.indexOf(place);
  return at < 0 ? { before: plain, after: '' } : { before: plain.slice(0, at), after: plain.slice(at + place.length) };
}

/** A string as Jinja writes it. */
function literal(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}
