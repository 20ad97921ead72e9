import { rowsOf, tableFamily } from './table.ts';

/** Common words of Spanish, French and German. */
export const translations = tableFamily({
  name: 'translations',
  difficulty: 2,
  asks: [
    'What does the {s} word "{t}" mean in English?',
    'Translate the {s} word "{t}" into English.',
    'What is "{t}" in English, if it is {s}?',
  ],
  says: ['The {s} word "{t}" means "{a}".', 'In English it is "{a}".', 'The English word for "{t}" is "{a}".'],
  others: 'man / child / sky / fire / tree / food / snow / car / chair / wind / horse / heart',
  rows: rowsOf(`
    Spanish; perro: dog|dogs
    Spanish; gato: cat|cats
    Spanish; casa: house|home
    Spanish; agua: water
    Spanish; libro: book|books
    Spanish; leche: milk
    Spanish; rojo: red
    Spanish; amigo: friend|friends
    Spanish; noche: night
    Spanish; sol: sun
    Spanish; mesa: table
    Spanish; mano: hand
    Spanish; escuela: school
    Spanish; pan: bread
    Spanish; huevo: egg|eggs
    Spanish; playa: beach
    Spanish; manzana: apple|apples

    French; chien: dog|dogs
    French; chat: cat|cats
    French; maison: house|home
    French; eau: water
    French; livre: book|books
    French; lait: milk
    French; rouge: red
    French; nuit: night
    French; soleil: sun
    French; fromage: cheese
    French; main: hand
    French; fille: girl|daughter
    French; pain: bread
    French; oiseau: bird|birds
    French; fleur: flower|flowers
    French; poisson: fish
    French; lune: moon

    German; Hund: dog|dogs|hound
    German; Katze: cat|cats
    German; Haus: house|home
    German; Wasser: water
    German; Buch: book|books
    German; Milch: milk
    German; Freund: friend|friends|boyfriend
    German; Nacht: night
    German; Tisch: table
    German; Schule: school
    German; Brot: bread
    German; Vogel: bird|birds
    German; Blume: flower|flowers
    German; Fenster: window|windows
    German; Schwester: sister|sisters
    German; Apfel: apple|apples
  `),
});
