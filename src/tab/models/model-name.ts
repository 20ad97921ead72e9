import { defaultModel } from '#inference';
import { cleanName } from '#swarm';

/** What a person calls a model; one this page does not know goes by the id its peer claims. */
export function nameOfModel(id: string): string {
  return id === defaultModel.id ? defaultModel.name : cleanName(id);
}
