import { rowsOf, tableFamily } from './table.ts';

/** The largest, nearest and hardest of things. */
export const records = tableFamily({
  name: 'records',
  difficulty: 2,
  asks: ['What is {s}?', 'Can you name {s}?', 'Please tell me what {s} is.'],
  says: ['{s} is {a}.', 'It is {a}.', '{a} is {s}.'],
  rows: rowsOf(`
    the largest planet of the solar system: Jupiter|planet Jupiter
    the planet nearest to the Sun: Mercury
    the hottest planet of the solar system: Venus
    the planet with the brightest rings: Saturn
    the planet that is called the red planet: Mars
    the planet farthest from the Sun: Neptune

    the largest continent: Asia
    the smallest continent: Australia|Oceania
    the coldest continent: Antarctica
    the continent with the most countries: Africa

    the largest land animal: the elephant|elephant|African elephant / the hippo|hippo / the giraffe|giraffe / the rhino|rhino
    the largest animal in the sea: the blue whale|blue whale|blue whales|whale / the shark|shark / the giant squid|giant squid / the white shark|white shark
    the tallest animal: the giraffe|giraffe|giraffes / the elephant|elephant / the camel|camel / the ostrich|ostrich
    the fastest land animal: the cheetah|cheetah|cheetahs / the leopard|leopard / the horse|horse / the lion|lion
    the largest living bird: the ostrich|ostrich|ostriches / the eagle|eagle / the swan|swan / the penguin|penguin
    the largest big cat: the tiger|tiger|tigers|Siberian tiger / the lion|lion / the leopard|leopard / the jaguar|jaguar

    the largest ocean on Earth: the Pacific|Pacific|the Pacific Ocean|Pacific Ocean / the Atlantic|Atlantic|the Atlantic Ocean|Atlantic Ocean / the Indian|Indian Ocean|the Indian Ocean / the Arctic|Arctic|the Arctic Ocean|Arctic Ocean
    the highest mountain on Earth: Mount Everest|Everest / Mont Blanc / Kilimanjaro|Mount Kilimanjaro / Mount Fuji|Fuji
    the largest hot desert: the Sahara|Sahara|the Sahara Desert|Sahara Desert / the Gobi|Gobi / the Kalahari|Kalahari / the Mojave|Mojave
    the largest country by area: Russia / China / Canada / Brazil
    the smallest country: Vatican City|the Vatican|Vatican / Liechtenstein / Luxembourg / San Marino
    the largest island: Greenland / Madagascar / Australia / Iceland
    the highest waterfall: Angel Falls|Angel / Niagara Falls|Niagara / Victoria Falls / Iguazu Falls

    the hardest natural substance: diamond|diamonds / granite / iron / steel
    the lightest chemical element: hydrogen / helium / oxygen / carbon
    the most common gas in the air: nitrogen / oxygen / hydrogen / helium
    the metal that is liquid at room temperature: mercury / iron / silver / copper
    the gas that plants take in to grow: carbon dioxide|CO2 / oxygen / nitrogen / helium gas
    the largest organ of the human body: the skin|skin / the liver|liver / the heart|heart / the brain|brain
    the longest bone of the human body: the femur|femur|thigh bone|thighbone|the thigh bone / the spine|spine / the tibia|tibia / the skull|skull
    the shortest month of the year: February / January / April / June
  `),
});
