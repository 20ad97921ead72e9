import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '#vocabulary';
import {
  type AnswerForm,
  type CheckableQuestion,
  extractFinalAnswer,
  isRight,
} from '../../../src/judging/gold/checkable.ts';
import { questionFamilies } from '../../../src/judging/gold/families/registry.ts';

const about = (question: string, form: AnswerForm, answer: string): CheckableQuestion => ({
  family: 'by-hand',
  question,
  form,
  answer,
  right: '',
  slips: [],
});

describe('numbers', () => {
  const hours = about('How many minutes are in 3 hours?', { kind: 'number' }, '180');
  const sum = about('What is 7 plus 5?', { kind: 'number' }, '12');
  const difference = about('What is 4 minus 2?', { kind: 'number' }, '2');
  const legs = about('How many legs does a spider have?', { kind: 'number' }, '8');
  const next = about('What comes next: 2, 4, 6, 8, ...?', { kind: 'number' }, '10');

  test.each([
    [hours, 'There are 180 minutes in 3 hours.', '180'],
    [hours, '3 hours = 180 minutes.', '180'],
    [hours, 'There are 60 minutes in one hour, so there are 180 minutes in 3 hours.', '180'],
    [hours, 'One hour has 60 minutes. Therefore, 3 hours have 180 minutes.', '180'],
    [hours, 'One hour has 60 minutes. So 3 hours is 60 * 3 = 180 minutes.', '180'],
    [hours, 'How many minutes are in 3 hours? One hundred and eighty.', '180'],
    [hours, 'The answer is **1,800** minutes, as 1800 is 18 times 100.', '1800'],
    [hours, 'Sure! I can help. The answer is 180. Three hours is 2 hours and 60 minutes.', '180'],
    [hours, '180', '180'],
    [hours, 'In 3 hours there are 3 hours.', '3'],
    [hours, 'It is hard to say how many there are.', undefined],
    [sum, '7 plus 5 equals twelve.', '12'],
    [sum, 'Seven plus five is 12, and 12 plus 5 is 17.', '12'],
    [sum, '7 + 5 = 7 + 3 + 2 = 12', '12'],
    [sum, '7+5=13', '13'],
    [sum, 'The result is -2.', '-2'],
    [sum, 'It is 12.0', '12'],
    [sum, '1. The answer is 12.', '12'],
    [sum, 'The 1st number is 7, and this one is 5.', '5'],
    [difference, '4 - 2 = 2', '2'],
    [difference, '4 minus 2 is 3.', '3'],
    [legs, 'A spider has two body parts and eight legs.', '8'],
    [legs, 'Spiders have 8 legs, unlike insects, which have 6.', '8'],
    [legs, 'A spider is one of the animals with eight legs.', '8'],
    [legs, 'A spider has twenty-one legs.', '21'],
    [legs, 'It has a hundred legs. No, 8.', '100'],
    [next, '2, 4, 6, 8, 10, 12, 14', '10'],
    [next, 'The next number is 10, then 12.', '10'],
    [next, '１０', '10'],
    [next, '٣ と 三 и три', undefined],
    [next, '9'.repeat(3_000), undefined],
  ])('R20: %#: what is read of a text', (question, text, answer) => {
    expect(extractFinalAnswer(question, text)).toBe(answer);
  });
});

describe('choices', () => {
  const choices = ['Rome', 'Milan', 'Paris', 'Madrid', 'Berlin', 'São Paulo', 'New York|New York City', 'York'];
  const capital = about('What is the capital of Italy?', { kind: 'choice', choices }, 'rome');
  const opposite = about(
    'What is the opposite of "hot"?',
    { kind: 'choice', choices: ['hot', 'cold', 'warm'] },
    'cold',
  );
  const larger = about(
    'Which is bigger, a mouse or an elephant?',
    { kind: 'choice', choices: ['mouse|mice', 'elephant|elephants', 'ant'] },
    'elephant',
  );
  const largest = about(
    'Which number is the largest: 12, 45 or 31?',
    { kind: 'choice', choices: ['12', '45', '31'] },
    '45',
  );
  const both = about(
    'List A has pear, fig and plum. List B has kiwi, fig and lime. Which item is in both lists?',
    { kind: 'choice', choices: ['pear', 'fig', 'plum', 'kiwi', 'lime'] },
    'fig',
  );
  const group = about(
    'Is a duck a mammal, a bird, a reptile or a fish?',
    { kind: 'choice', choices: ['mammal|mammals', 'bird|birds', 'reptile', 'fish'] },
    'bird',
  );
  const plural = about('What is the plural of "sheep"?', { kind: 'choice', choices: ['sheep', 'sheeps'] }, 'sheep');
  const month = about('Which month is the fifth?', { kind: 'choice', choices: ['May', 'June', 'July'] }, 'may');

  test.each([
    [capital, 'The capital of Italy is Rome.', 'rome'],
    [capital, 'ROME!!!', 'rome'],
    [capital, 'Ｒｏｍｅ', 'rome'],
    [capital, 'Romeo lived in Milan.', 'milan'],
    [capital, 'The capital is not Milan but Rome.', 'rome'],
    [capital, 'Unlike Madrid in Spain, the capital here is Rome.', 'rome'],
    [capital, "Italy's capital is Rome's old town.", 'rome'],
    [capital, 'The capital of Italy is Rome. Others are Paris, Madrid, Berlin and São Paulo.', 'rome'],
    [capital, 'It could be Paris, Madrid, Berlin or Rome.', undefined],
    [capital, '1. Paris\n2. Madrid\n3. Berlin\n4. Rome', undefined],
    [capital, 'It is Sao Paulo.', 'sao paulo'],
    [capital, 'It is New York City, not York.', 'new york'],
    [capital, 'What is the capital of Italy? Paris? It is Milan.', 'milan'],
    [capital, 'The capital of Italy is Cargo.', undefined],
    [capital, 'Рим, ローマ', undefined],
    [opposite, 'The opposite of hot is cold.', 'cold'],
    [opposite, 'Hot and cold are opposites.', 'cold'],
    [opposite, 'The opposite of hot is hot.', 'hot'],
    [opposite, 'I do not know the opposite of hot.', undefined],
    [larger, 'An elephant is bigger than a mouse.', 'elephant'],
    [larger, 'A mouse is smaller than an elephant.', 'elephant'],
    [larger, 'The mouse is bigger than the elephant.', 'mouse'],
    [larger, 'A mouse is not bigger than an elephant.', 'elephant'],
    [larger, 'Between a mouse and an elephant, the elephant is bigger.', 'elephant'],
    [larger, 'Which is bigger, a mouse or an elephant? The elephant.', 'elephant'],
    [larger, 'Both a mouse and an elephant can be big.', undefined],
    [larger, 'Mice', 'mouse'],
    [larger, 'It has to do with a mouse and an elephant.', undefined],
    [larger, 'My elephant would crush your mouse.', 'elephant'],
    [largest, 'The largest of 12, 45 and 31 is 45.', '45'],
    [largest, '45 is the largest of 12, 45 and 31.', '45'],
    [largest, 'Of 12, 45 and 31, which is hard, 45 is the largest.', '45'],
    [largest, 'We can order 12, 45 and 31.', undefined],
    [both, 'List A has pear, fig and plum and list B has kiwi, fig and lime. The item in both is fig.', 'fig'],
    [group, 'A duck is a mammal, a bird, a reptile or a fish.', undefined],
    [group, 'Of a mammal, a bird, a reptile and a fish, a duck is a bird.', 'bird'],
    [group, 'Ducks are birds, not mammals.', 'bird'],
    [both, 'Fig', 'fig'],
    [both, 'Pear, fig, plum, kiwi, lime.', undefined],
    [plural, 'The plural of sheep is sheeps.', 'sheeps'],
    [plural, 'The plural of sheep is sheep.', 'sheep'],
    [month, 'It may be that the fifth month is June.', 'june'],
    [month, 'It is May.', 'may'],
  ])('R20: %#: what is read of a text', (question, text, answer) => {
    expect(extractFinalAnswer(question, text)).toBe(answer);
  });
});

describe('strings', () => {
  const letter = about('What is the last letter of the word "banana"?', { kind: 'string' }, 'a');
  const backwards = about('How is the word "cat" spelled backwards?', { kind: 'string' }, 'tac');
  const list = about('What does this Python code print? print(sorted([3, 1, 2]))', { kind: 'string' }, '[1,2,3]');

  test.each([
    [letter, 'The last letter of "banana" is "a".', 'a'],
    [letter, 'The last letter is a.', 'a'],
    [letter, "It is 'N'.", 'n'],
    [letter, 'A', 'a'],
    [letter, 'I am not sure which letter that would be', undefined],
    [backwards, 'The word "cat" spelled backwards is "tac".', 'tac'],
    [backwards, 'Backwards, cat is tac.', 'tac'],
    [backwards, 'cat backwards is T-A-C.', 'tac'],
    [backwards, '`tac`', 'tac'],
    [backwards, '**Tca**', 'tca'],
    [backwards, 'tac', 'tac'],
    [backwards, 'The word "cat" is a word.', undefined],
    [list, 'The output is [1, 2, 3].', '[1,2,3]'],
    [list, '[1,2,3]', '[1,2,3]'],
    [list, 'It prints `[3, 2, 1]`, the list in reverse.', '[3,2,1]'],
  ])('R20: %#: what is read of a text', (question, text, answer) => {
    expect(extractFinalAnswer(question, text)).toBe(answer);
  });
});

describe('registry', () => {
  const madeBy = (split: string): CheckableQuestion[] =>
    questionFamilies
      .filter((registered) => registered.split === split)
      .flatMap(({ family }) => ['a', 'b', 'c'].flatMap((seed) => family.make(createSeededRandom(seed), 200)));

  test('R21: no family serves both fitting and holding out, and no question does', () => {
    const names = questionFamilies.map(({ family }) => family.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { split, group } of questionFamilies) expect(split === 'held-out').toBe(group === 'held-out');
    const fitted = new Set(madeBy('fit').map(({ question }) => question));
    expect(madeBy('held-out').filter(({ question }) => fitted.has(question))).toEqual([]);
  });

  test('families are as many and as large as the judge is measured on', () => {
    const sizes = (wanted: string): number[] =>
      questionFamilies
        .filter(({ group }) => group === wanted)
        .map(({ family }) => family.make(createSeededRandom('size'), 400).length);
    expect(sizes('procedural').length).toBeGreaterThanOrEqual(8);
    expect(sizes('knowledge').length).toBeGreaterThanOrEqual(7);
    expect(sizes('held-out').length).toBeGreaterThanOrEqual(12);
    expect(Math.min(...sizes('procedural'))).toBeGreaterThanOrEqual(80);
    expect(Math.min(...sizes('knowledge'), ...sizes('held-out'))).toBeGreaterThanOrEqual(25);
  });

  test('asked for fewer, a family gives that many', () => {
    for (const { family } of questionFamilies) expect(family.make(createSeededRandom('few'), 7)).toHaveLength(7);
  });

  test('an answer to one question is read as no answer to most others', () => {
    const questions = madeBy('fit').slice(0, 200);
    const crossed = questions.filter((question, index) =>
      isRight(question, (questions.at(index - 50) ?? question).right),
    );
    expect(crossed.length / questions.length).toBeLessThan(0.1);
  });
});
