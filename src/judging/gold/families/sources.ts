import { rowsOf, tableFamily } from './table.ts';

/** What things are made from, and the animals and plants that give them. */
export const sources = tableFamily({
  name: 'sources',
  difficulty: 1,
  asks: ['What does {s} come from?', 'What is {s} obtained from?', 'From what do people get {s}?'],
  says: ['{s} comes from {a}.', 'People get {s} from {a}.', 'It is obtained from {a}.'],
  others: 'water / soil / salt / metal|metals / air / fruit|fruits / vegetables',
  rows: rowsOf(`
    wool: sheep / spiders / silkworms / horses
    silk: silkworms|silkworm|silk worms|silk worm|caterpillars / sheep / spiders / cotton
    honey: bees|bee|honeybees|honeybee|honey bees / ants / cows / butterflies
    ham: pigs|pig|pork / cows / sheep / chickens
    bacon: pigs|pig|pork / cows / sheep / deer
    beef: cows|cow|cattle / pigs / sheep / goats
    mutton: sheep / goats / pigs / cows
    venison: deer / pigs / horses / ducks
    ivory: elephants|elephant|elephant tusks|tusks / whales / lions / oysters
    caviar: fish|sturgeon / crabs / ducks / oysters
    feta cheese: sheep|milk|sheep milk|goat milk|goats / chickens / horses / soybeans

    wine: grapes|grape / oats / barley / tomatoes
    cider: apples|apple / grapes / barley / oranges
    beer: barley|grain|malt|hops / grapes / apples / potatoes
    ketchup: tomatoes|tomato / cherries / carrots / peppers
    chocolate: cocoa|cacao|cocoa beans|cacao beans|cocoa bean / coffee / peanuts / vanilla
    tofu: soybeans|soya|soy|soybean|soya beans|soy beans|soy milk / milk / wheat / potatoes
    popcorn: corn|maize|corn kernels|kernels / wheat / rice / barley
    porridge: oats|oat|oatmeal / potatoes / beans / lentils
    marzipan: almonds|almond / peanuts / cocoa / vanilla
    guacamole: avocados|avocado / tomatoes / cucumbers / peas
    hummus: chickpeas|chickpea / lentils / peanuts / avocados
    maple syrup: trees|maple trees|maple tree|tree|sap|tree sap / bees / grapes / palms

    paper: wood|trees|tree|wood pulp|pulp / sand / chalk / clay
    glass: sand|silica / clay / wood / chalk
    butter: milk|cream / eggs / olives / wheat
    cheese: milk / eggs / butter / wheat
    yoghurt: milk / eggs / butter / wheat
    an omelette: eggs|egg / milk / flour / potatoes
    flour: wheat|grain|corn / eggs / sand / milk
    leather: skin|skins|hide|hides|animal skin|animal skins|animal hides|cows|cow|cattle / cotton / rubber / wood
    denim: cotton / wool / silk / leather
    petrol: oil|petroleum|crude oil / coal / water / wood
    pottery: clay / sand / wood / stone
    steel: iron|iron ore / copper / gold / wood
    bronze: copper|tin / iron / silver / coal
    sauerkraut: cabbage|cabbages / potatoes / carrots / spinach
    lard: pigs|pig|pork|pig fat / cows / ducks / olives
    polenta: corn|maize|cornmeal / wheat / rice / potatoes
    charcoal: wood / oil / stone / clay
    rubber: trees|rubber trees|tree|rubber tree|latex|tree sap|sap / coal / sand / sheep
    linen: flax / cotton / wool / silk
  `),
});
