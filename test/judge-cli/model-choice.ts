import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Failure, type ModelId, type Result, asModelId, err, failure, messageOf, ok } from '#vocabulary';
import { defaultModel, defaultModelFile } from '../../src/inference/catalogue.ts';
import { obtainModel } from '../../relay/model-cache.ts';

export interface ChosenModel {
  readonly id: ModelId;
  readonly name: string;
  readonly sha256: string;
  /** Path of the file; fetches it where that is needed. */
  obtain(report: (sentence: string) => void): Promise<Result<string, Failure>>;
}

const models = [{ id: defaultModel.id, name: defaultModel.name, file: defaultModelFile }];
const modelFolder = join(import.meta.dirname, '../../.models');

/** Whether everybody's copy of the product knows this model. */
export function isCatalogued(id: ModelId): boolean {
  return models.some((model) => model.id === id);
}

/** The model of that name, or of that file; `folder` is where the person stands. */
export async function chooseModel(text: string | undefined, folder: string): Promise<Result<ChosenModel, Failure>> {
  const named = models.find(
    ({ id, name }) => text === undefined || [id, name].some((known) => known.toLowerCase() === text.toLowerCase()),
  );
  if (named !== undefined) {
    const { id, name, file } = named;
    return ok({
      id,
      name,
      sha256: file.sha256,
      async obtain(report) {
        const model = await obtainModel({ name, file, folder: modelFolder, report, onProgress: () => undefined });
        return model.ok ? ok(model.value.path) : model;
      },
    });
  }
  if (text === undefined || !/\.gguf$/iu.test(text))
    return err(
      failure(
        'unknown-model',
        `There is no model "${text}".`,
        `--model takes ${models.map(({ id }) => id).join(', ')} or a file that ends in .gguf.`,
      ),
    );
  return chooseFile(resolve(folder, text), text);
}

/** A copy of a model that is known is that model, with its calibration. */
async function chooseFile(path: string, named: string): Promise<Result<ChosenModel, Failure>> {
  const digest = await digestOf(path);
  if (!digest.ok) return err(failure('unreadable-model', `${named} cannot be read: ${digest.error}.`));
  const known = models.find(({ file }) => file.sha256 === digest.value);
  const name = basename(path);
  return ok({
    id: known?.id ?? asModelId(`file:${name}`),
    name: known?.name ?? name,
    sha256: digest.value,
    obtain: () => Promise.resolve(ok(path)),
  });
}

async function digestOf(path: string): Promise<Result<string, string>> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
  } catch (cause) {
    return err(messageOf(cause));
  }
  return ok(hash.digest('hex'));
}
