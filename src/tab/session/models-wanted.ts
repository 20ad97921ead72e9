import { type Failure, type ModelId, err, failure, ok } from '#vocabulary';
import {
  type EngineKind,
  type ModelManifest,
  type ModelShelf,
  canRun,
  engineNames,
  type OfferedModel,
} from '#inference';
import type { WantedModel } from './model-course.ts';
import type { DeviceKnowledge } from './models-device.ts';
import { type KnownDevice, readingEngines, suitableEngines } from './models-options.ts';

export interface WantedParts {
  readonly shelf: Pick<ModelShelf, 'kept'>;
  readonly offered: readonly OfferedModel[];
  readonly device: DeviceKnowledge;
}

export interface Choice {
  readonly modelId: ModelId;
  readonly name: string;
  /** Undefined: the one that suits the device best. */
  readonly engine: EngineKind | undefined;
}

/** Finds a model that was chosen, and the engine for it. */
export function wantModel({ modelId, name, engine }: Choice, parts: WantedParts): WantedModel {
  const { device } = parts;
  let described: ModelManifest | undefined;
  return {
    modelId,
    name,
    async describe(signal) {
      const found = await findModel(modelId, parts);
      if (found === undefined) return err(goneModel(name));
      described = found.manifest;
      const obstacle = findObstacle(found.manifest, engine, await device.facts());
      if (obstacle !== undefined) return err(obstacle);
      return found.resolve === undefined ? ok(found.manifest) : found.resolve(signal);
    },
    async chooseEngine(manifest) {
      if (engine !== undefined) return ok(engine);
      const asked = await device.facts();
      // What was measured over rounds outranks half a second of arithmetic, which need not be waited for then.
      const isMeasured = asked.records.some((record) => record.modelId === modelId);
      const known = isMeasured ? asked : await device.measured();
      const best = suitableEngines(manifest, known)[0] ?? runnableEngines(manifest, known)[0];
      return best === undefined ? err(findObstacle(manifest, undefined, known) ?? goneModel(name)) : ok(best);
    },
    explain(error, tried) {
      const known = device.known();
      if (described === undefined || known === undefined) return error;
      const others = runnableEngines(described, known).filter((kind) => kind !== tried);
      return others.length === 0 ? error : adviseEngines(error, others);
    },
  };
}

async function findModel(modelId: ModelId, { shelf, offered }: WantedParts): Promise<OfferedModel | undefined> {
  const kept = (await shelf.kept()).find(({ manifest }) => manifest.id === modelId);
  return kept ?? offered.find(({ manifest }) => manifest.id === modelId);
}

function runnableEngines(manifest: ModelManifest, { facts, engines }: KnownDevice): readonly EngineKind[] {
  return readingEngines(manifest, engines).filter((engine) => canRun(manifest, engine, facts).ok);
}

/** Why it cannot be run here, with the engine it must be or with any. */
function findObstacle(
  manifest: ModelManifest,
  engine: EngineKind | undefined,
  known: KnownDevice,
): Failure | undefined {
  const engines = engine === undefined ? readingEngines(manifest, known.engines) : [engine];
  const answers = engines.map((kind) => canRun(manifest, kind, known.facts));
  if (answers.some(({ ok: runs }) => runs)) return undefined;
  const refusal = answers.find((answer) => !answer.ok);
  return failure(
    'cannot-run',
    refusal === undefined
      ? `No engine of this page can run ${manifest.name}.`
      : `${manifest.name} cannot run here. ${refusal.reason}`,
    refusal?.remedy ?? 'Choose another model.',
  );
}

function adviseEngines({ type, message, remedy }: Failure, others: readonly EngineKind[]): Failure {
  const advice = `${others.map((engine) => engineNames[engine]).join(' or ')} can run it too: choose it among the models.`;
  return failure(type, message, remedy === undefined ? advice : `${remedy} ${advice}`);
}

export function goneModel(name: string): Failure {
  return failure(
    'model-gone',
    `${name} is no longer on this machine.`,
    'Choose another model, or bring it again from its file or address.',
  );
}
