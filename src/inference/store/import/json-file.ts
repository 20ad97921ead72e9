import { type Result, err, ok } from '#vocabulary';
import * as v from 'valibot';
import type { ModelError } from '../../model.ts';
import { type ChosenFile, notAModel } from './file-names.ts';

/** The largest tokenizer.json in use are 35 MB. */
const maxJsonBytes = 64 * 2 ** 20;

/** Reads a file as JSON of this shape; fields the shape does not name are ignored. */
export async function readJson<T>(
  { path, blob }: ChosenFile,
  schema: v.GenericSchema<unknown, T>,
): Promise<Result<T, ModelError>> {
  if (blob.size > maxJsonBytes) return err(notAModel(`${path} is larger than any such file.`));
  try {
    const parsed = v.safeParse(schema, JSON.parse(await blob.text()));
    return parsed.success ? ok(parsed.output) : err(notAModel(`${path} does not say what it should.`));
  } catch {
    return err(notAModel(`${path} is no JSON.`));
  }
}

/** Read by the engines that render chat templates; kept where they were chosen and are what they should be. */
const languageFiles = ['tokenizer_config.json', 'generation_config.json', 'special_tokens_map.json'];
const templateName = 'chat_template.jinja';
const maxTemplateBytes = 2 ** 20;

/** The files beside the tokeniser that say how the model is talked to. */
export async function languageMembers(
  find: (name: string) => ChosenFile | undefined,
): Promise<Result<readonly { readonly name: string; readonly blob: Blob }[], ModelError>> {
  const members: { name: string; blob: Blob }[] = [];
  for (const name of languageFiles) {
    const file = find(name);
    if (file === undefined) continue;
    const sound = await readJson(file, v.looseObject({}));
    if (!sound.ok) return sound;
    members.push({ name, blob: file.blob });
  }
  const template = find(templateName);
  if (template !== undefined && template.blob.size > maxTemplateBytes)
    return err(notAModel(`${templateName} is larger than any such file.`));
  if (template !== undefined) members.push({ name: templateName, blob: template.blob });
  return ok(members);
}

export const tokeniserSchema = v.looseObject({ model: v.looseObject({}) });
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
