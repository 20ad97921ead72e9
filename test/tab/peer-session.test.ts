import { describe, expect, test } from 'vitest';
import { settledRound } from './fixtures/rounds.ts';
import { createFakes, start } from './scripted-session.ts';

const questionsOf = (list: readonly { readonly question: string }[]): readonly string[] =>
  list.map(({ question }) => question);

describe('questions of one person', () => {
  test('R21: one runs, the others wait in order and can be taken back', async () => {
    const fakes = createFakes();
    const session = await start(fakes);
    for (const question of ['first', 'second', 'third', 'fourth']) session.ask(question);
    expect(questionsOf(session.getSnapshot().rounds)).toEqual(['first']);
    expect(questionsOf(session.getSnapshot().queue)).toEqual(['second', 'third', 'fourth']);
    session.unqueue(session.getSnapshot().queue[1]?.id ?? '');
    fakes.endRound('settled');
    expect(questionsOf(session.getSnapshot().rounds)).toEqual(['first', 'second']);
    session.stop();
    expect(questionsOf(session.getSnapshot().rounds)).toEqual(['first', 'second', 'fourth']);
    expect(session.getSnapshot().queue).toEqual([]);
  });

  test('R21: blank ones are nothing, overlong and too many are refused with a remedy, and nothing queued is lost', async () => {
    const fakes = createFakes();
    const session = await start(fakes);
    session.ask('  \n ');
    expect(session.getSnapshot().rounds).toEqual([]);
    session.ask('x'.repeat(2_001));
    for (let index = 0; index < 30; index++) session.ask(`question ${index}`);
    const { notices, queue } = session.getSnapshot();
    expect(notices.map(({ failure }) => failure.type)).toEqual(['question-too-long', 'queue-full']);
    for (const { failure } of notices) expect(failure.remedy).toBeTruthy();
    expect(queue).toHaveLength(20);
    session.dismissNotice(notices[0]?.id ?? '');
    expect(session.getSnapshot().notices).toHaveLength(1);
  });

  test('R22: a question is kept at every phase, and a reload shows it as interrupted', async () => {
    const fakes = createFakes();
    const session = await start(fakes);
    session.ask('Why?');
    fakes.enterPhase('judging');
    await fakes.clock.advance(1);
    const reloaded = await start({ ...createFakes(), ports: { ...createFakes().ports, archive: fakes.ports.archive } });
    const [found] = reloaded.getSnapshot().rounds;
    expect(found).toMatchObject({ question: 'Why?', phase: 'interrupted', note: { type: 'interrupted' } });
    expect(found?.answers.length).toBeGreaterThan(0);
  });

  test('R22: what was finished is there after a reload as it was, what was forgotten is not', async () => {
    const fakes = createFakes();
    const session = await start(fakes);
    session.ask('Keep');
    fakes.endRound('settled');
    session.ask('Forget');
    fakes.endRound('settled');
    await fakes.clock.advance(1);
    session.forgetRound(session.getSnapshot().rounds[1]?.id ?? '');
    expect(questionsOf(session.getSnapshot().rounds)).toEqual(['Keep']);
    await fakes.clock.advance(1);
    const reloaded = await start({ ...createFakes(), ports: { ...createFakes().ports, archive: fakes.ports.archive } });
    expect(reloaded.getSnapshot().rounds).toMatchObject([{ question: 'Keep', phase: 'settled' }]);
  });
});

test('R17: the switch and the name are told to the others and remembered', async () => {
  const fakes = createFakes();
  const session = await start(fakes);
  session.setContributing(false);
  session.rename('  Ada \n Lovelace ');
  expect(fakes.swarm.setAdvert.mock.lastCall).toMatchObject([{ contributing: false, name: 'Ada Lovelace' }]);
  const again = await start(fakes);
  expect(again.getSnapshot()).toMatchObject({ contributing: false, self: { name: 'Ada Lovelace' } });
});

test('R23: a model that cannot be had says what to do, and trying again starts over', async () => {
  const fakes = createFakes();
  fakes.shelf.script({
    obtain: async () => ({ ok: false, error: { type: 'no-source', message: 'Nobody has it.', remedy: 'Try later.' } }),
  });
  const session = await start(fakes);
  expect(session.getSnapshot().model).toMatchObject({ status: 'failed', error: { remedy: 'Try later.' } });
  fakes.shelf.script({});
  session.retryModel();
  await fakes.clock.advance(1);
  expect(session.getSnapshot().model.status).toBe('ready');
});

test('R17: how a round for somebody else came out stays in view', async () => {
  const fakes = createFakes();
  const session = await start(fakes);
  const view = { ...settledRound(4, 2), role: 'participant' } as const;
  fakes.endServed(view);
  expect(session.getSnapshot().lastServed).toEqual(view);
  expect(session.getSnapshot().rounds).toEqual([]);
  // One that was left before anything was shown tells nothing.
  fakes.endServed({ ...view, answers: [] });
  expect(session.getSnapshot().lastServed).toEqual(view);
});
