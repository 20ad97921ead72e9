import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asPeerId } from '#vocabulary';
import { type Channel, compareChannels } from '../../../src/swarm/session/channel.ts';
import { type StatsEntry, kindOfPath, readPath, samePath } from '../../../src/swarm/paths/path.ts';

const report = (
  local: object,
  remote: object,
  pair: object = {},
  transport: object = { selectedCandidatePairId: 'p' },
) =>
  [
    { id: 't', type: 'transport', ...transport },
    { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r', ...pair },
    { id: 'q', type: 'candidate-pair', localCandidateId: 'r', remoteCandidateId: 'l' },
    { id: 'l', type: 'local-candidate', ...local },
    { id: 'r', type: 'remote-candidate', ...remote },
  ] satisfies StatsEntry[];

describe('path', () => {
  test('R86: the pair that the transport names is read', () => {
    const path = readPath(report({ candidateType: 'host', protocol: 'udp' }, { candidateType: 'srflx' }));
    expect(path).toEqual({ local: 'host', remote: 'srflx', protocol: 'udp' });
    expect(path && kindOfPath(path)).toBe('direct');
  });

  test('R86: a relay on either side makes it TURN, and says how it is reached', () => {
    const path = readPath(
      report({ candidateType: 'relay', protocol: 'udp', relayProtocol: 'tcp' }, { candidateType: 'host' }),
    );
    expect(path).toEqual({ local: 'relay', remote: 'host', protocol: 'udp', relayProtocol: 'tcp' });
    expect(path && kindOfPath(path)).toBe('turn');
    expect(kindOfPath({ local: 'srflx', remote: 'relay', protocol: 'udp' })).toBe('turn');
  });

  test('R86: a browser that marks the pair instead is understood', () => {
    const marked = report({ candidateType: 'host' }, { candidateType: 'prflx' }, { selected: true }, {});
    expect(readPath(marked)).toEqual({ local: 'host', remote: 'prflx', protocol: 'udp' });
  });

  test('R86: whatever a report holds, a path is known or not', () => {
    const entry = fc.record(
      {
        id: fc.constantFrom('a', 'b', 'c'),
        type: fc.constantFrom('transport', 'candidate-pair', 'local-candidate'),
        selectedCandidatePairId: fc.anything(),
        localCandidateId: fc.constantFrom('a', 'b', 'c'),
        remoteCandidateId: fc.constantFrom('a', 'b', 'c'),
        candidateType: fc.oneof(fc.anything(), fc.constantFrom('host', 'relay')),
        selected: fc.boolean(),
      },
      { requiredKeys: ['id', 'type'] },
    );
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const path = readPath(entries);
        expect(path === undefined || ['direct', 'turn'].includes(kindOfPath(path))).toBe(true);
        expect(samePath(path, readPath(entries))).toBe(true);
      }),
    );
  });

  test('R86: direct goes before TURN, TURN before relayed, then the smaller id', () => {
    const channel = (kind: Channel['kind'], initiator: string) =>
      ({ kind, initiator: asPeerId(initiator) }) as unknown as Channel;
    const sorted = [
      channel('relayed', 'a'),
      channel('turn', 'b'),
      channel('direct', 'b'),
      channel('turn', 'a'),
      channel('direct', 'a'),
    ].toSorted(compareChannels);
    expect(sorted.map(({ kind, initiator }) => `${kind} ${initiator}`)).toEqual([
      'direct a',
      'direct b',
      'turn a',
      'turn b',
      'relayed a',
    ]);
  });
});
