import { rowsOf, tableFamily } from './table.ts';

/** Capitals of well-known countries; slips are other large towns of the country or capitals near by. */
export const capitals = tableFamily({
  name: 'capitals',
  difficulty: 1,
  asks: ['What is the capital of {s}?', 'Which city is the capital of {s}?', 'Name the capital city of {s}.'],
  says: ['The capital of {s} is {a}.', '{a} is the capital of {s}.', 'The capital city of {s} is {a}.'],
  others: `San Francisco / Los Angeles / Boston / Frankfurt / Naples / Seville / Edinburgh / Osaka / Hong Kong / Tunis /
    Jerusalem / Belgrade / Zagreb / Minsk / Taipei / Singapore / Panama City / Montevideo / Reykjavik`,
  rows: rowsOf(`
    France: Paris / Lyon / Marseille / Nice
    Germany: Berlin / Munich / Hamburg / Bonn
    Italy: Rome / Milan / Venice / Turin
    Spain: Madrid / Barcelona / Lisbon / Valencia
    Portugal: Lisbon / Porto / Madrid / Faro
    the United Kingdom: London / Manchester / Dublin / Liverpool
    Ireland: Dublin / Cork / Belfast / London
    the Netherlands: Amsterdam / Rotterdam / Brussels / Utrecht
    Belgium: Brussels / Antwerp / Amsterdam / Bruges
    Switzerland: Bern|Berne / Zurich / Geneva / Basel
    Austria: Vienna / Salzburg / Budapest / Graz
    Poland: Warsaw / Krakow|Cracow / Prague / Gdansk
    Hungary: Budapest / Bucharest / Vienna / Debrecen
    Romania: Bucharest / Budapest / Sofia / Cluj
    Bulgaria: Sofia / Varna / Bucharest / Athens
    Greece: Athens / Sparta / Sofia / Corinth
    Turkey: Ankara / Istanbul / Izmir / Athens
    Sweden: Stockholm / Gothenburg / Oslo / Copenhagen
    Norway: Oslo / Bergen / Stockholm / Trondheim
    Denmark: Copenhagen / Aarhus / Oslo / Stockholm
    Finland: Helsinki / Turku / Stockholm / Tampere
    Russia: Moscow / Saint Petersburg|St Petersburg|St. Petersburg / Kiev / Omsk
    Ukraine: Kyiv|Kiev / Odessa|Odesa / Moscow / Lviv
    Egypt: Cairo / Alexandria / Luxor / Khartoum
    Morocco: Rabat / Casablanca / Fes / Tunis
    Kenya: Nairobi / Mombasa / Kampala / Kisumu
    Nigeria: Abuja / Lagos / Accra / Kano
    Ethiopia: Addis Ababa / Nairobi / Khartoum / Asmara
    Lebanon: Beirut / Tripoli / Damascus / Amman
    Iran: Tehran|Teheran / Baghdad / Isfahan / Kabul
    Iraq: Baghdad / Basra / Tehran / Mosul
    Saudi Arabia: Riyadh / Mecca / Jeddah / Dubai
    India: New Delhi|Delhi / Mumbai|Bombay / Kolkata|Calcutta / Chennai
    Pakistan: Islamabad / Karachi / Lahore / Kabul
    China: Beijing|Peking / Shanghai / Hong Kong / Nanjing
    Japan: Tokyo / Osaka / Kyoto / Seoul
    South Korea: Seoul / Busan / Pyongyang / Tokyo
    Thailand: Bangkok / Phuket / Hanoi / Pattaya
    Vietnam: Hanoi / Saigon|Ho Chi Minh City / Bangkok / Hue
    Indonesia: Jakarta / Bali / Manila / Surabaya
    the Philippines: Manila / Cebu / Davao / Jakarta
    Australia: Canberra / Sydney / Melbourne / Perth
    New Zealand: Wellington / Auckland / Christchurch / Canberra
    Canada: Ottawa / Toronto / Montreal / Vancouver
    the United States: Washington|Washington DC|Washington D.C. / New York|New York City / Chicago / Philadelphia
    Cuba: Havana / Santiago / Kingston / San Juan
    Brazil: Brasília / Rio de Janeiro|Rio / São Paulo / Salvador
    Argentina: Buenos Aires / Cordoba / Rosario / Montevideo
    Chile: Santiago / Valparaiso / Lima / Concepcion
    Peru: Lima / Cusco / Quito / Arequipa
    Colombia: Bogotá / Medellin / Cali / Caracas
    Venezuela: Caracas / Maracaibo / Bogotá / Valencia
  `),
});
