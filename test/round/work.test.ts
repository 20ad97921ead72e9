import { expect, test } from 'vitest';
import { chooseParameters } from '../../src/round/parameters.ts';
import { endAtSentence } from '../../src/round/work.ts';

test('R21: an answer cut by its limit ends after its last whole sentence, if that keeps half of it', () => {
  expect(endAtSentence('Light scatters. Blue scatters most. And so the')).toBe('Light scatters. Blue scatters most.');
  expect(endAtSentence('Yes. The long explanation of this goes on and on and')).toBe(
    'Yes. The long explanation of this goes on and on and',
  );
  expect(endAtSentence('光は散乱する。青が最も散乱する。そして')).toBe('光は散乱する。青が最も散乱する。');
  expect(endAtSentence('no sentence ends here')).toBe('no sentence ends here');
  const code = 'Run this. Then that.\n```sh\nls . \nrm';
  expect(endAtSentence(code)).toBe(code);
});

test('R22: the typical peer writes for about ten seconds, between the shortest and the longest answer', () => {
  const at = (tokensPerSecond: number) => ({ prefillTokensPerSecond: 0, decodeTokensPerSecond: tokensPerSecond });
  expect(chooseParameters([at(0), at(0), at(0)])).toMatchObject({ maxTokens: 64, answersPerJudge: 3 });
  expect(chooseParameters([at(3), at(20), at(200)])).toMatchObject({ maxTokens: 200, answersPerJudge: 3 });
  expect(chooseParameters([at(40), at(90)])).toMatchObject({ maxTokens: 400, answersPerJudge: 5 });
});
