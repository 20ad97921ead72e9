import { describe, expect, test } from 'vitest';
import { type RecordDraft, type RecordType, createRecord } from '#reputation';
import { asPeerId, asRoundId, failure } from '#vocabulary';
import { startAsker, stepAsker } from '../../src/round/asker.ts';
import type { AskerEffect, AskerStep } from '../../src/round/asker-state.ts';
import type { SignEffect } from '../../src/round/effects.ts';
import type { Candidate } from '../../src/round/member.ts';
import { ACCEPT_MS } from '../../src/round/deadline.ts';
import { chooseParameters } from '../../src/round/parameters.ts';
import { scriptedSigner } from './scripted-peer.ts';

const self = asPeerId('peer0');
const [one, two] = [asPeerId('peer1'), asPeerId('peer2')];
const speed = { prefillTokensPerSecond: 0, decodeTokensPerSecond: 0 };
const candidates: Candidate[] = [one, two].map((peer) => ({ peer, model: 'm', speed, standing: 0.5 }));
const init = { round: asRoundId('00'.repeat(16)), self, question: 'Which?', parameters: chooseParameters([]) };

const isSign = (effect: AskerEffect): effect is SignEffect => effect.type === 'sign';

async function sign({ state, effects }: AskerStep, nowMs: number): Promise<AskerStep> {
  const effect = effects.find(isSign);
  if (effect === undefined) throw new Error('There is nothing to sign.');
  const { record: type, body, parents } = effect;
  const draft = { type, body, parents } as RecordDraft<RecordType>;
  const record = await createRecord(draft, { signer: scriptedSigner(self), nowMs });
  return stepAsker(state, { type: 'signed', record: record as never, nowMs });
}

const receiversOf = ({ effects }: AskerStep) => effects.flatMap((effect) => (effect.type === 'send' ? effect.to : []));

describe('while the asker signs', () => {
  test('R3: a peer that leaves is not invited', async () => {
    const started = startAsker(init, candidates, 0);
    const left = stepAsker(started.state, { type: 'gone', peer: one, nowMs: 1 });
    const invited = await sign({ state: left.state, effects: started.effects }, 2);
    expect(receiversOf(invited)).toEqual([two]);
    expect(invited.state.members.map((member) => member.state)).toEqual(['gone', 'invited']);
  });

  test('R2: when all have left the round ends without waiting', async () => {
    const started = startAsker(init, candidates.slice(0, 1), 0);
    const left = stepAsker(started.state, { type: 'gone', peer: one, nowMs: 1 });
    const ended = await sign({ state: left.state, effects: started.effects }, 2);
    expect(ended.state.phase).toBe('failed');
    expect(ended.effects.at(-1)).toEqual({ type: 'finish' });
  });

  test('R4: a timer of the step before takes nobody out', async () => {
    const invited = await sign(startAsker(init, candidates, 0), 0);
    const accepted = stepAsker(invited.state, {
      type: 'message',
      from: one,
      message: { t: 'accept', round: init.round, model: 'm' },
      nowMs: 100,
    });
    const closed = stepAsker(accepted.state, { type: 'tick', nowMs: ACCEPT_MS });
    expect(closed.state.signing).toBe('roster');
    const ticked = stepAsker(closed.state, { type: 'tick', nowMs: 500_000 });
    expect(ticked.state).toBe(closed.state);
  });

  test('R14: a failure ends the round, and what comes later changes nothing', () => {
    const started = startAsker(init, candidates, 0);
    const error = failure('cannot-sign', 'The key is gone.');
    const failed = stepAsker(started.state, { type: 'sign-failed', error, nowMs: 1 });
    expect(failed.state).toMatchObject({ phase: 'failed', note: { type: 'cannot-sign' } });
    expect(stepAsker(failed.state, { type: 'tick', nowMs: 9_999 })).toEqual({ state: failed.state, effects: [] });
  });
});
