/** Short questions that a model answers in a few sentences. */
export const QUESTIONS = [
  'Why is the sky blue?',
  'How do bees make honey?',
  'What is a glacier made of?',
  'Who invented the printing press?',
  'Why do leaves turn red in autumn?',
  'How does a sailing boat move against the wind?',
  'What keeps the moon in its orbit?',
  'How is paper made from wood?',
] as const;

/** A prompt of about 200 tokens, another one for every number. */
export function longQuestion(number: number): string {
  const opening = QUESTIONS[number % QUESTIONS.length] ?? '';
  const facts = Array.from(
    { length: 12 },
    (_, index) => `Note ${number * 100 + index}: stone ${index + 3} was found beside the river near the old mill.`,
  );
  return `${number}. ${opening} ${facts.join(' ')}`;
}

export const ANSWERS = [
  'It is because short waves of light are scattered more than long ones by the molecules of the air.',
  'They gather nectar, thicken it in the hive by fanning it with their wings, and store it in cells of wax.',
  'It is a mass of ice that was pressed together from many layers of snow and moves slowly downhill.',
  'It was invented around 1440 by Johannes Gutenberg, a goldsmith from Mainz, who cast single letters in metal.',
  'The green pigment is broken down when days become short, and other pigments of the leaf come to be seen.',
  'Its sail works like a wing, and its keel keeps it from being pushed sideways by the wind.',
  'The pull of the Earth bends its path all the time, so that it falls around the Earth and never onto it.',
  'The wood is cut into chips, boiled to a pulp of fibres, spread on a sieve, pressed and dried.',
] as const;
