import { rowsOf, tableFamily } from './table.ts';

export const currencies = tableFamily({
  name: 'currencies',
  difficulty: 2,
  asks: ['What is the currency of {s}?', 'What currency is used in {s}?', 'Which currency does {s} have?'],
  says: ['The currency of {s} is the {a}.', 'People in {s} use the {a}.', 'Shops in {s} take the {a}.'],
  others: 'cent|cents / crown|crowns / mark|marks / lev / bitcoin',
  rows: rowsOf(`
    Germany: euro|euros / franc / pound / krone
    France: euro|euros / franc|francs / pound / dollar
    Italy: euro|euros / lira / franc / peso
    Spain: euro|euros / peso / franc / real
    Poland: zloty|zlotys / euro / forint / rouble
    Hungary: forint|forints / euro / zloty / leu
    the Czech Republic: koruna|koruny / euro / zloty / forint
    Romania: leu|lei / euro / forint / lira
    Switzerland: franc|francs / euro / pound / krone
    Sweden: krona|kronor / euro / pound / franc
    Norway: krone|kroner / euro / pound / franc
    the United Kingdom: pound|pounds|pound sterling / euro / dollar / franc
    Turkey: lira|liras / euro / dinar / rial
    Russia: rouble|ruble|roubles|rubles / euro / zloty / yuan
    Ukraine: hryvnia / rouble / zloty / euro

    Japan: yen / yuan / won / dollar
    China: yuan|renminbi|rmb / yen / won / dollar
    South Korea: won / yen / yuan / baht
    India: rupee|rupees / pound / yen / dollar
    Thailand: baht / rupee / dong / yen
    Vietnam: dong / baht / yuan / rupee
    Indonesia: rupiah / rupee / ringgit / peso
    Malaysia: ringgit / rupiah / baht / rupee
    the Philippines: peso|pesos / dollar / baht / rupiah
    Israel: shekel|shekels / dinar / lira / pound
    Saudi Arabia: riyal|riyals / dinar / dollar / pound
    Kuwait: dinar|dinars / riyal / lira / rupee

    Mexico: peso|pesos / dollar / real / euro
    Brazil: real|reais|reals / peso / dollar / euro
    Argentina: peso|pesos / real / dollar / sol
    Peru: sol|soles / peso / real / dollar
    Canada: dollar|dollars / pound / euro / peso
    the United States: dollar|dollars / pound / euro / peso
    Australia: dollar|dollars / pound / euro / rand

    South Africa: rand / shilling / pound / dollar
    Nigeria: naira / rand / cedi / pound
    Ghana: cedi|cedis / naira / rand / franc
    Kenya: shilling|shillings / rand / birr / pound
    Ethiopia: birr / shilling / rand / dinar
    Egypt: pound|pounds / dinar / lira / dollar
  `),
});
