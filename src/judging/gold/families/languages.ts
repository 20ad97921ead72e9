import { groupedRows, tableFamily } from './table.ts';

/** Countries in which one language clearly is the main one. */
export const languages = tableFamily({
  name: 'languages',
  difficulty: 1,
  asks: [
    'What is the main language of {s}?',
    'Which language do most people in {s} speak?',
    'What language is mainly spoken in {s}?',
  ],
  says: ['The main language of {s} is {a}.', 'Most people in {s} speak {a}.', '{a} is mainly spoken in {s}.'],
  others: 'Hindi / Latin / Bengali / Catalan / Cantonese / Urdu / Quechua / Yiddish / Slovak / Czech',
  rows: groupedRows(`
    Spanish: Mexico, Argentina, Chile, Colombia, Peru, Cuba, Venezuela
    Portuguese: Brazil, Portugal, Angola
    French: France, Monaco
    German: Germany, Austria
    English: Australia, New Zealand, Jamaica, the United States
    Arabic: Egypt, Saudi Arabia, Iraq, Morocco, Jordan
    Dutch: the Netherlands
    Italian: Italy
    Russian: Russia
    Mandarin|Chinese|Mandarin Chinese: China
    Japanese: Japan
    Korean: South Korea
    Greek: Greece
    Turkish: Turkey
    Polish: Poland
    Hungarian: Hungary
    Swedish: Sweden
    Danish: Denmark
    Norwegian: Norway
    Finnish: Finland
    Icelandic: Iceland
    Romanian: Romania
    Bulgarian: Bulgaria
    Ukrainian: Ukraine
    Hebrew: Israel
    Persian|Farsi: Iran
    Thai: Thailand
    Vietnamese: Vietnam
  `),
});
