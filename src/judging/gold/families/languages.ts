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
  others: 'Hindi / Latin / Bengali / Catalan / Cantonese / Urdu / Quechua / Yiddish / Slovak / Malay',
  rows: groupedRows(`
    Spanish / Portuguese / English / Italian: Mexico, Argentina, Chile, Colombia, Peru, Cuba, Venezuela
    Portuguese / Spanish / French / English: Brazil, Portugal, Angola
    French / German / Italian / Spanish: France, Monaco
    German / French / Dutch / Polish: Germany, Austria
    English / French / Spanish / Dutch: Australia, New Zealand, Jamaica, the United States
    Arabic / Turkish / French / Persian: Egypt, Saudi Arabia, Iraq, Morocco, Jordan
    Dutch / German / French / Danish: the Netherlands
    Italian / Spanish / French / Latin: Italy
    Russian / Polish / Ukrainian / German: Russia
    Mandarin|Chinese|Mandarin Chinese / Japanese / Korean / Thai: China
    Japanese / Mandarin / Korean / Thai: Japan
    Korean / Japanese / Mandarin / Thai: South Korea
    Greek / Turkish / Italian / Latin: Greece
    Turkish / Arabic / Greek / Persian: Turkey
    Polish / Russian / German / Czech: Poland
    Hungarian / Romanian / German / Czech: Hungary
    Swedish / Danish / Norwegian / Finnish: Sweden
    Danish / Swedish / German / Dutch: Denmark
    Norwegian / Swedish / Danish / English: Norway
    Finnish / Swedish / Russian / Danish: Finland
    Icelandic / Danish / English / Norwegian: Iceland
    Romanian / Hungarian / Russian / Bulgarian: Romania
    Bulgarian / Russian / Turkish / Romanian: Bulgaria
    Ukrainian / Russian / Polish / Romanian: Ukraine
    Hebrew / Arabic / Yiddish / English: Israel
    Persian|Farsi / Arabic / Turkish / Urdu: Iran
    Thai / Vietnamese / Malay / Mandarin: Thailand
    Vietnamese / Thai / Mandarin / French: Vietnam
  `),
});
