import { groupedRows, tableFamily } from './table.ts';

export const countryContinent = tableFamily({
  name: 'country-continent',
  difficulty: 1,
  asks: ['On which continent is {s}?', 'Which continent does {s} belong to?', 'What continent is {s} part of?'],
  says: ['{s} is in {a}.', '{s} is a country in {a}.', '{s} belongs to {a}.'],
  others: 'Oceania / Australia',
  rows: groupedRows(`
    Europe / Asia / Africa: France, Germany, Italy, Spain, Portugal, Poland, Sweden, Norway, Greece, Ireland, Hungary, Austria, Belgium, Finland
    Asia / Europe / Africa: China, Japan, India, Thailand, Vietnam, Pakistan, Nepal, Mongolia, South Korea, Malaysia, Iran, Iraq, Cambodia, Bangladesh
    Africa / South America / Asia / Europe: Nigeria, Kenya, Ghana, Ethiopia, Morocco, Algeria, Tanzania, Uganda, Senegal, Zimbabwe, Angola, Libya
    South America / North America / Africa / Antarctica: Brazil, Argentina, Chile, Peru, Colombia, Bolivia, Uruguay, Paraguay, Ecuador, Venezuela
    North America / South America / Antarctica / Europe: Canada, Mexico, the United States, Cuba
  `),
});
