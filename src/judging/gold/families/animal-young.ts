import { rowsOf, tableFamily } from './table.ts';

/** What the young of animals are called. */
export const animalYoung = tableFamily({
  name: 'animal-young',
  difficulty: 1,
  asks: ['What is a baby {s} called?', 'What do you call the young of {an s}?', 'What is the name for a young {s}?'],
  says: ['A baby {s} is called {an a}.', 'The young of {an s} is {an a}.', 'A young {s} is {an a}.'],
  others: 'larva / nestling|hatchling / infant / colt / filly / heifer',
  rows: rowsOf(`
    dog: puppy|pup|puppies / kitten / cub / foal
    cat: kitten|kittens / puppy / cub / lamb
    cow: calf|calves / foal / lamb / fawn
    horse: foal|foals|colt / calf / pony / lamb
    sheep: lamb|lambs / kid / calf / piglet
    goat: kid|kids / lamb / calf / fawn
    pig: piglet|piglets / puppy / calf / kid
    deer: fawn|fawns / foal / cub / kid
    lion: cub|cubs / kitten / puppy / calf
    bear: cub|cubs / puppy / calf / kit
    tiger: cub|cubs / kitten / calf / kid
    fox: kit|kits|cub|pup / kitten / puppy / fawn
    elephant: calf|calves / foal / cub / kid
    whale: calf|calves / pup / fry / cub
    giraffe: calf|calves / foal / fawn / cub
    seal: pup|pups / calf / cub / kit
    wolf: pup|pups|cub|puppy / kitten / foal / kid
    kangaroo: joey|joeys / cub / calf / kit
    duck: duckling|ducklings / owlet / gosling / cygnet
    goose: gosling|goslings / duckling / owlet / cygnet
    swan: cygnet|cygnets / gosling / eaglet / duckling
    chicken: chick|chicks / duckling / gosling / kid
    owl: owlet|owlets / gosling / eaglet / cub
    eagle: eaglet|eaglets / cygnet / owlet / pup
    frog: tadpole|tadpoles / fry / grub / pup
    butterfly: caterpillar|caterpillars / maggot / tadpole / grub
    hare: leveret|leverets / kit / fawn / cub
    eel: elver|elvers / fry / pup / tadpole
  `),
});
