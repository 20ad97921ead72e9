/** Which model a session runs, over a scripted store, engine and device. */
import { describe, expect, test, vi } from 'vitest';
import { type EngineKind, type LoadRequest, type ModelManifest, defaultModel } from '#inference';
import { type ModelId, err, failure, ok } from '#vocabulary';
import { devices } from '../inference/device/devices.ts';
import { settledRound } from './fixtures/rounds.ts';
import { scriptedModel } from './scripted-shelf.ts';
import { type Fakes, createFakes, start } from './scripted-session.ts';

const other = scriptedModel('other');
const large = scriptedModel('large', { parameters: 40e9, memoryBytes: { wllama: 40e9 } });

function openFakes(offered: readonly ModelManifest[] = [defaultModel, other, large]): Fakes {
  const fakes = createFakes();
  return { ...fakes, ports: { ...fakes.ports, offered: offered.map((manifest) => ({ manifest })) } };
}

/** Loads in their order: `model with engine`. */
function watchLoads({ ports: { engine } }: Fakes): readonly string[] {
  const loads: string[] = [];
  const load = engine.load.bind(engine);
  engine.load = (request: LoadRequest) => {
    loads.push(`${request.modelId} with ${request.engine}`);
    return load(request);
  };
  return loads;
}

type StartedSession = Awaited<ReturnType<typeof start>>;
const modelOf = (session: StartedSession): unknown => {
  const { model } = session.getSnapshot();
  return model.status === 'ready' ? `${model.facts.modelId} with ${model.facts.kind}` : model.status;
};
const optionOf = (session: StartedSession, id: ModelId) =>
  session.getSnapshot().models.options.find((option) => option.id === id);

describe('R31: the engine', () => {
  test('is the one that suits the device best', async () => {
    const fakes = openFakes();
    const session = await start(fakes);
    // By the estimate ONNX Runtime reads twice as fast.
    expect(modelOf(session)).toBe(`${defaultModel.id} with ort`);
    expect(optionOf(session, defaultModel.id)).toMatchObject({ best: 'ort', place: 'here', isRecommended: true });
  });

  test('is the one the address or the person asks for', async () => {
    const fakes = openFakes();
    const session = await start(fakes, {}, { engine: 'wllama' });
    expect(modelOf(session)).toBe(`${defaultModel.id} with wllama`);
    session.chooseModel(other.id, 'wllama');
    await fakes.clock.advance(1);
    expect(session.getSnapshot().models.chosen).toMatchObject({ modelId: other.id, byPerson: true });
    expect(modelOf(await start(fakes))).toBe(`${other.id} with wllama`);
  });

  test('is not waited for where it was measured before', async () => {
    const fakes = openFakes();
    const benchmark = vi.fn<() => never>();
    const measured = { prefillTokensPerSecond: 30, decodeTokensPerSecond: 30, measuredAtMs: 1 };
    const speeds = [{ engine: 'wllama' as EngineKind, modelId: defaultModel.id, ...measured }];
    fakes.ports.settings.save({ ...fakes.ports.settings.load(), models: { speeds, brokenLoads: 0 } });
    const session = await start(fakes, { device: { ...fakes.ports.device, benchmark } });
    expect(modelOf(session)).toBe(`${defaultModel.id} with wllama`);
    expect(benchmark).not.toHaveBeenCalled();
  });

  test('that cannot run a model is named before anything is downloaded', async () => {
    const fakes = openFakes();
    const obtain = vi.fn<() => Promise<never>>();
    fakes.shelf.script({ obtain });
    const session = await start(fakes, {}, { engine: 'webllm' });
    expect(session.getSnapshot().model).toMatchObject({
      status: 'failed',
      error: { type: 'cannot-run', message: expect.stringContaining('WebLLM cannot read'), remedy: expect.any(String) },
    });
    expect(obtain).not.toHaveBeenCalled();
    expect(optionOf(session, large.id)?.engines).toMatchObject([
      { canRun: false, reason: expect.stringContaining('memory'), remedy: 'Choose a smaller model.' },
    ]);
  });

  test('of the address brings a model of its own where it cannot read the page’s', async () => {
    const compiled = scriptedModel('compiled', { format: 'mlc', memoryBytes: { webllm: 400e6 } });
    const fakes = openFakes([defaultModel, compiled]);
    const device = {
      ...fakes.ports.device,
      facts: async () => devices.desktop,
      engines: ['webllm', 'wllama'] as const,
    };
    const session = await start(fakes, { device }, { engine: 'webllm' });
    expect(modelOf(session)).toBe('compiled with webllm');
  });
});

describe('R30: another model', () => {
  test('is fetched while the first works, and loaded when it is here', async () => {
    const fakes = openFakes();
    const session = await start(fakes);
    const { promise, resolve } = Promise.withResolvers<void>();
    const { obtain } = fakes.shelf;
    fakes.shelf.script({ obtain: (manifest, options) => promise.then(() => obtain(manifest, options)) });
    session.chooseModel(other.id);
    await fakes.clock.advance(1);
    expect(session.getSnapshot().models.coming).toMatchObject({ modelId: other.id, status: 'checking' });
    expect(modelOf(session)).toBe(`${defaultModel.id} with ort`);
    resolve();
    await fakes.clock.advance(1);
    expect(modelOf(session)).toBe('other with wllama');
    expect(session.getSnapshot().models.coming).toBeUndefined();
    expect(fakes.shelf.used).toEqual([other.id]);
    expect(fakes.swarm.setAdvert.mock.lastCall).toMatchObject([{ modelId: other.id }]);
  });

  test('waits for the round that runs, and the questions behind it for the model', async () => {
    const fakes = openFakes();
    const loads = watchLoads(fakes);
    const session = await start(fakes);
    session.ask('first');
    session.ask('second');
    session.chooseModel(other.id);
    await fakes.clock.advance(1);
    expect(session.getSnapshot().models.coming?.status).toBe('waiting');
    expect(loads).toHaveLength(1);
    fakes.endRound('settled');
    expect(session.getSnapshot().queue).toMatchObject([{ question: 'second' }]);
    await fakes.clock.advance(1);
    expect(loads).toEqual([`${defaultModel.id} with ort`, 'other with wllama']);
    expect(session.getSnapshot().queue).toEqual([]);
    expect(session.getSnapshot().rounds).toMatchObject([{ question: 'first' }, { question: 'second' }]);
  });

  test('takes no part from a round of somebody else, and no new one begins meanwhile', async () => {
    const fakes = openFakes();
    const session = await start(fakes);
    fakes.serve({ ...settledRound(3, 0), phase: 'answering' });
    session.chooseModel(other.id);
    await fakes.clock.advance(1);
    expect(fakes.setContributing.mock.lastCall).toEqual([true]);
    expect(fakes.swarm.setAdvert.mock.lastCall).toMatchObject([{ modelId: '' }]);
    fakes.serve(undefined);
    expect(fakes.setContributing.mock.lastCall).toEqual([false]);
    await fakes.clock.advance(1);
    expect(modelOf(session)).toBe('other with wllama');
    expect(fakes.setContributing.mock.lastCall).toEqual([true]);
  });

  test('that was chosen by mistake is left by choosing the one that works', async () => {
    const fakes = openFakes();
    const loads = watchLoads(fakes);
    const session = await start(fakes);
    session.ask('first');
    session.chooseModel(other.id);
    await fakes.clock.advance(1);
    session.chooseModel(defaultModel.id);
    expect(session.getSnapshot().models.coming).toBeUndefined();
    fakes.endRound('settled');
    await fakes.clock.advance(1);
    expect(loads).toHaveLength(1);
  });

  test('judges with what is known of it', async () => {
    const fakes = openFakes();
    const session = await start(fakes);
    expect(session.getSnapshot().judging.hasWeight).toBe(true);
    session.chooseModel(other.id);
    await fakes.clock.advance(1);
    expect(session.getSnapshot().judging).toMatchObject({ hasWeight: false, canUseShipped: false });
    session.chooseModel(defaultModel.id);
    await fakes.clock.advance(1);
    expect(session.getSnapshot().judging.hasWeight).toBe(true);
  });
});

describe('R32: nothing is put silently in the place of what failed', () => {
  test('a model that cannot be had leaves the one that works, and says why', async () => {
    const fakes = openFakes();
    const session = await start(fakes);
    fakes.shelf.script({ obtain: async () => err(failure('network', 'The connection broke.', 'Try again.')) });
    session.chooseModel(other.id);
    await fakes.clock.advance(1);
    expect(modelOf(session)).toBe(`${defaultModel.id} with ort`);
    expect(session.getSnapshot().models.coming).toMatchObject({ status: 'failed', error: { type: 'network' } });
    fakes.shelf.script({});
    session.retryModel();
    await fakes.clock.advance(1);
    expect(modelOf(session)).toBe('other with wllama');
  });

  test('a load that fails names the engines that could be tried', async () => {
    const fakes = openFakes();
    const { engine } = fakes.ports;
    const load = engine.load.bind(engine);
    engine.load = async (request) =>
      request.engine === 'ort' ? err(failure('out-of-memory', 'Too large.', 'Close other tabs.')) : load(request);
    const session = await start(fakes);
    expect(session.getSnapshot().model).toMatchObject({
      status: 'failed',
      error: {
        message: 'Too large.',
        remedy: 'Close other tabs. wllama can run it too: choose it among the models.',
      },
    });
    session.chooseModel(defaultModel.id, 'wllama');
    await fakes.clock.advance(1);
    expect(modelOf(session)).toBe(`${defaultModel.id} with wllama`);
  });

  test('what is unknown is not chosen', async () => {
    const fakes = openFakes();
    const session = await start(fakes);
    session.chooseModel('no such model' as ModelId);
    expect(session.getSnapshot().models.chosen.byPerson).toBe(false);
  });
});

describe('R33: after a reload', () => {
  test('the choice stands, and a model that is gone is said', async () => {
    const fakes = openFakes();
    fakes.shelf.put(scriptedModel('own-1', { name: 'Mine' }), { origin: 'own' });
    const session = await start(fakes);
    await fakes.clock.advance(1);
    session.chooseModel('own-1' as ModelId);
    await fakes.clock.advance(1);
    expect(modelOf(session)).toBe('own-1 with wllama');
    expect(modelOf(await start(fakes))).toBe('own-1 with wllama');
    await fakes.shelf.remove(scriptedModel('own-1'));
    expect((await start(fakes)).getSnapshot().model).toMatchObject({
      status: 'failed',
      name: 'Mine',
      error: { type: 'model-gone', message: 'Mine is no longer on this machine.' },
    });
  });

  test('a model that ended the tab three times in a row is not loaded again by itself', async () => {
    const fakes = openFakes();
    const { engine } = fakes.ports;
    const load = engine.load.bind(engine);
    engine.load = () => new Promise(() => undefined);
    for (let visit = 0; visit < 3; visit++) expect(modelOf(await start(fakes))).toBe('loading');
    const session = await start(fakes);
    expect(session.getSnapshot().model).toMatchObject({ status: 'failed', error: { type: 'load-broken' } });
    engine.load = load;
    session.retryModel();
    await fakes.clock.advance(1);
    expect(modelOf(session)).toBe(`${defaultModel.id} with ort`);
    expect(modelOf(await start(fakes))).toBe(`${defaultModel.id} with ort`);
  });
});

describe('R34: how fast engines are', () => {
  test('is remembered from every round', async () => {
    const fakes = openFakes();
    const session = await start(fakes);
    fakes.speed.now = { prefillTokensPerSecond: 33, decodeTokensPerSecond: 11 };
    session.ask('first');
    fakes.endRound('settled');
    const fact = { engine: 'ort', speed: { prefill: 33, decode: 11, basis: 'measured' } };
    expect(optionOf(session, defaultModel.id)?.engines[0]).toMatchObject(fact);
    expect(session.getSnapshot().models.chosen.untried).toBe('wllama');
    expect(optionOf(await start(fakes), defaultModel.id)?.engines[0]).toMatchObject(fact);
  });

  test('is measured on request, one after the other, ending on the best', async () => {
    const fakes = openFakes();
    const loads = watchLoads(fakes);
    const session = await start(fakes, {}, {});
    session.chooseModel(defaultModel.id, 'wllama');
    await fakes.clock.advance(1);
    session.measureEngines();
    await fakes.clock.advance(100);
    expect(session.getSnapshot().models.task).toMatchObject({ kind: 'measure', status: 'running' });
    await fakes.clock.advance(60_000);
    const { task, chosen } = session.getSnapshot().models;
    expect(task).toMatchObject({
      status: 'done',
      outcome: expect.stringContaining('ONNX Runtime suits this device best.'),
    });
    expect(chosen.engine).toBeUndefined();
    expect(modelOf(session)).toBe(`${defaultModel.id} with ort`);
    expect(loads.slice(2)).toEqual([
      `${defaultModel.id} with ort`,
      `${defaultModel.id} with wllama`,
      `${defaultModel.id} with ort`,
    ]);
    const speeds = optionOf(session, defaultModel.id)?.engines.map((engine) => engine.canRun && engine.speed?.decode);
    expect(speeds).toEqual([20, 10]);
    session.endModelTask();
    expect(session.getSnapshot().models.task).toBeUndefined();
  });

  test('is not asked while somebody asks: measuring is left, and the question follows', async () => {
    const fakes = openFakes();
    const session = await start(fakes);
    session.measureEngines();
    await fakes.clock.advance(200);
    session.ask('now');
    expect(session.getSnapshot().rounds).toEqual([]);
    await fakes.clock.advance(500);
    expect(session.getSnapshot().rounds).toMatchObject([{ question: 'now' }]);
    expect(session.getSnapshot().queue).toEqual([]);
  });
});

describe('R36: without room', () => {
  test('the page says what would go, and goes on when that is gone', async () => {
    const fakes = openFakes();
    const session = await start(fakes);
    fakes.shelf.put(scriptedModel('old'));
    const { obtain } = fakes.shelf;
    let hasRoom = false;
    fakes.shelf.script({
      obtain: async (manifest, options) =>
        hasRoom ? obtain(manifest, options) : err(failure('quota', 'No room.', 'Free some.')),
      planRoom: async (bytes) =>
        ok({ freedBytes: bytes, removed: (await fakes.shelf.kept()).filter(({ manifest }) => manifest.id === 'old') }),
      makeRoom: async (bytes) => {
        hasRoom = true;
        return ok({ freedBytes: bytes, removed: [] });
      },
    });
    session.chooseModel(other.id);
    await fakes.clock.advance(1);
    expect(session.getSnapshot().models.room).toMatchObject({ neededBytes: 50e6, removes: [{ id: 'old' }] });
    session.freeRoom();
    await fakes.clock.advance(1);
    expect(modelOf(session)).toBe('other with wllama');
    expect(session.getSnapshot().models.room).toBeUndefined();
  });

  test('that cannot be made the page says that too, and removes nothing', async () => {
    const fakes = openFakes();
    fakes.shelf.script({
      obtain: async () => err(failure('quota', 'No room.', 'Free some.')),
      planRoom: async () => err(failure('quota', 'Only 3 MB can be freed.', 'Unpin models.')),
    });
    const session = await start(fakes);
    expect(session.getSnapshot().models.room).toMatchObject({
      removes: [],
      error: { message: 'Only 3 MB can be freed.' },
    });
  });
});
