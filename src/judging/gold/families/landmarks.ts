import { groupedRows, tableFamily } from './table.ts';

/** The countries of famous places. */
export const landmarks = tableFamily({
  name: 'landmarks',
  difficulty: 1,
  asks: [
    'In which country is {s}?',
    'Which country would you visit to see {s}?',
    'In what country would you find {s}?',
  ],
  says: ['{s} is in {a}.', 'You would find {s} in {a}.', 'The country is {a}.'],
  others:
    'Belgium / Portugal / Canada / Iraq / Poland / Switzerland / Pakistan / Chile / Colombia / Morocco / Korea|South Korea',
  rows: groupedRows(`
    France / Italy / Spain / Belgium: the Eiffel Tower, the Louvre, Notre-Dame Cathedral, the Palace of Versailles
    Italy / Greece / Spain / France: the Colosseum, the Leaning Tower of Pisa, the Trevi Fountain, Pompeii
    Spain / Italy / Portugal / Mexico: the Sagrada Familia, the Alhambra
    Greece / Italy / Turkey / Egypt: the Parthenon, the Acropolis
    Germany / Austria / Poland / France: the Brandenburg Gate, Neuschwanstein Castle, Cologne Cathedral
    Russia / Poland / Ukraine / Finland: Red Square, the Kremlin
    England|the United Kingdom|United Kingdom|UK|Britain|Great Britain / Ireland / Scotland / Canada: Stonehenge, Big Ben, Buckingham Palace, the Tower of London
    Turkey / Greece / Iran / Egypt: the Hagia Sophia, the Blue Mosque
    Egypt / Mexico / Iraq / Morocco: the Great Sphinx, the Pyramids of Giza, the Valley of the Kings
    India / Pakistan / China / Iran: the Taj Mahal, the Red Fort
    China / Japan / India / Thailand: the Great Wall, the Forbidden City, the Terracotta Army
    Japan / China / Korea / Thailand: Mount Fuji, the Golden Pavilion
    Cambodia / Thailand / Vietnam / India: Angkor Wat
    Jordan / Egypt / Israel / Iraq: Petra
    Australia / Canada / New Zealand / South Africa: the Sydney Opera House, Uluru, the Great Barrier Reef
    the United States|United States|USA|United States of America / Canada / South Africa / New Zealand / England: the Statue of Liberty, the Grand Canyon, the Golden Gate Bridge, Mount Rushmore, the White House
    Peru / Chile / Mexico / Colombia: Machu Picchu, the Nazca Lines
    Brazil / Argentina / Mexico / Portugal: the statue of Christ the Redeemer, Sugarloaf Mountain
    Mexico / Peru / Spain / Cuba: Chichen Itza
    Tanzania / Kenya / South Africa / Ethiopia: Mount Kilimanjaro
    South Africa / Kenya / Australia / Nigeria: Table Mountain
    Denmark / Sweden / Norway / Finland: the Little Mermaid statue
    the Czech Republic|Czech Republic|Czechia / Poland / Hungary / Austria: the Charles Bridge
  `),
});
