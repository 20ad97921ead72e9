import { rowsOf, tableFamily } from './table.ts';

/** Numbers that everyone knows: legs, sides, days. */
export const countingFacts = tableFamily({
  name: 'counting-facts',
  difficulty: 1,
  kind: 'number',
  asks: ['How many {s} does {t} have?', 'How many {s} has {t}?', 'Tell me how many {s} {t} has.'],
  says: ['{t} has {a} {s}.', 'The number of {s} is {a}.', 'The answer is {a} {s}.'],
  rows: rowsOf(`
    legs; a spider: 8 / 6 / 10 / 4
    legs; an insect: 6 / 8 / 4 / 10
    legs; a horse: 4 / 2 / 6 / 5
    legs; a bird: 2 / 4 / 3 / 1
    arms; an octopus: 8 / 6 / 10 / 4
    wings; a bee: 4 / 2 / 6 / 8
    humps; a dromedary: 1 / 2 / 3 / 4
    sides; a triangle: 3 / 4 / 5 / 2
    sides; a square: 4 / 3 / 6 / 8
    sides; a pentagon: 5 / 6 / 4 / 8
    sides; a hexagon: 6 / 5 / 8 / 7
    sides; an octagon: 8 / 6 / 10 / 7
    faces; a cube: 6 / 4 / 8 / 12
    edges; a cube: 12 / 6 / 8 / 10
    corners; a rectangle: 4 / 3 / 6 / 2
    degrees; a right angle: 90 / 45 / 60 / 30
    degrees; a full circle: 360 / 180 / 90 / 100
    days; a week: 7 / 5 / 6 / 10
    months; a year: 12 / 10 / 11 / 7
    seasons; a year: 4 / 3 / 2 / 12
    days; a leap year: 366 / 365 / 364 / 360
    letters; the English alphabet: 26 / 24 / 28 / 25
    vowels; the English alphabet: 5 / 6 / 7 / 4
    fingers; a human hand: 5 / 4 / 6 / 10
    toes; a human foot: 5 / 4 / 6 / 10
    chambers; the human heart: 4 / 2 / 3 / 6
    lungs; a human being: 2 / 1 / 3 / 4
    strings; a violin: 4 / 6 / 5 / 3
    strings; a usual guitar: 6 / 4 / 5 / 8
    keys; a full piano: 88 / 78 / 64 / 98
    players; a football team on the field: 11 / 10 / 9 / 12
    players; a basketball team on the court: 5 / 6 / 7 / 4
    squares; a chessboard: 64 / 48 / 32 / 84
    cards; a full deck without jokers: 52 / 48 / 54 / 50
    wheels; a bicycle: 2 / 3 / 4 / 1
    wheels; a tricycle: 3 / 2 / 4 / 1
    stripes; the flag of the United States: 13 / 12 / 10 / 15
    stars; the flag of the United States: 50 / 48 / 52 / 13
    colours; a traffic light: 3 / 2 / 4 / 5
    colours; a rainbow: 7 / 6 / 5 / 8
    planets; our solar system: 8 / 9 / 7 / 10
    moons; the planet Earth: 1 / 2 / 3 / 4
  `),
});
