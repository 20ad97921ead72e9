import { groupedRows, tableFamily } from './table.ts';

/** Things of one colour as everyone knows them. */
export const colours = tableFamily({
  name: 'colours',
  difficulty: 1,
  asks: ['What colour is {s}?', 'What is the colour of {s}?', 'Which colour does {s} have?'],
  says: ['The colour of {s} is {a}.', '{s} is {a}.', 'Its colour is {a}.'],
  others: 'silver / beige / turquoise / gold',
  rows: groupedRows(`
    yellow: a ripe banana, a lemon, a canary, a sunflower, the yolk of an egg, sweetcorn, an American school bus
    white: milk, fresh snow, a polar bear, salt, a swan, cotton wool, the inside of a coconut
    green: grass, a cucumber, broccoli, spinach, an emerald, a lime, a grasshopper
    red: a ripe tomato, blood, a ruby, a strawberry, a fire engine, a ripe cherry, a British post box
    black: coal, a raven, tar, liquorice, a panther
    blue: a clear sky, a sapphire, the background of the European flag
    orange: a carrot, a pumpkin, a basketball, an apricot
    brown: chocolate, a chestnut, a roasted coffee bean, bark
    pink: a flamingo, a piglet, bubble gum
    purple|violet: lavender, an amethyst, a ripe aubergine
    grey|gray: an elephant, ash, concrete, a dolphin
  `),
});
