import { defaultModel } from '#inference';
import { cleanName } from '#swarm';

/** What a person calls a model; one this page does not know goes by the id its peer claims. */
export function nameOfModel(id: string): string {
  if (id === defaultModel.id) return defaultModel.name;
  if (/^own-[0-9a-f]{24}$/.test(id)) return 'a model of its own';
  return cleanName(id.replace(/-MLC$/, ''));
}
