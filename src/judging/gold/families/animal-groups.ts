import { groupedRows, tableFamily } from './table.ts';

/** Which of the groups that children learn an animal belongs to. */
export const animalGroups = tableFamily({
  name: 'animal-groups',
  difficulty: 2,
  asks: [
    'Is {an s} a mammal, a bird, a reptile, a fish, an amphibian or an insect?',
    'To which group of animals does {an s} belong: mammals, birds, reptiles, fish, amphibians or insects?',
    'What kind of animal is {an s}: mammal, bird, reptile, fish, amphibian or insect?',
  ],
  says: ['{an s} is {an a}.', 'The animal is {an a}.', 'It is {an a}.'],
  rows: groupedRows(`
    mammal|mammals / fish / bird / reptile: whale, bat, dolphin, horse, kangaroo, mouse, seal, elephant, hedgehog, otter
    bird|birds / mammal / insect / reptile: penguin, owl, ostrich, eagle, duck, parrot, swan, robin, flamingo, chicken
    reptile|reptiles / amphibian / mammal / fish: snake, crocodile, tortoise, lizard, turtle, chameleon, gecko, alligator
    fish|fishes / mammal / reptile / bird: shark, salmon, trout, tuna, seahorse, eel, herring, carp
    amphibian|amphibians / reptile / fish / insect: frog, toad, newt, salamander
    insect|insects / bird / amphibian / reptile: ant, bee, butterfly, beetle, mosquito, grasshopper, dragonfly, moth
  `),
});
