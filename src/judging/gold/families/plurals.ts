import { rowsOf, tableFamily } from './table.ts';

/** Plurals that are not made by adding an s. */
export const plurals = tableFamily({
  name: 'plurals',
  difficulty: 1,
  asks: ['What is the plural of "{s}"?', 'One {s}, two what? Give the plural.', 'What do you call more than one {s}?'],
  says: ['The plural of "{s}" is "{a}".', 'The plural form is "{a}".', 'More than one are "{a}".'],
  rows: rowsOf(`
    mouse: mice / mouses / mices
    louse: lice / louses / lices
    goose: geese / gooses / geeses
    foot: feet / foots / feets
    tooth: teeth / tooths / teeths
    man: men / mans / mens
    woman: women / womans / womens
    child: children / childs / childes
    ox: oxen / oxes / oxs
    person: people|persons / peoples / persones
    leaf: leaves / leafs / leafes
    knife: knives / knifes / knivs
    wife: wives / wifes / wivs
    life: lives / lifes / livs
    wolf: wolves / wolfs / wolfes
    half: halves / halfs / halfes
    shelf: shelves / shelfs / shelfes
    loaf: loaves / loafs / loafes
    thief: thieves / thiefs / thiefes
    calf: calves / calfs / calfes
    elf: elves / elfs / elfes
    potato: potatoes / potatos / potatoses
    tomato: tomatoes / tomatos / tomatoses
    hero: heroes / heros / heroese
    echo: echoes / echos / echose
    baby: babies / babys / babyes
    city: cities / citys / cityes
    lady: ladies / ladys / ladyes
    fly: flies / flys / flyes
    story: stories / storys / storyes
    party: parties / partys / partyes
    box: boxes / boxs / boxen
    bus: buses|busses / busies / busen
    church: churches / churchs / churchies
    dish: dishes / dishs / dishies
    glass: glasses / glassen / glassies
    fox: foxes / foxs / foxen
    crisis: crises / crisises / crisi
    oasis: oases / oasises / oasi
    analysis: analyses / analysises / analysi
    cactus: cacti|cactuses / cactis / cacta
    fungus: fungi|funguses / fungis / funga
    nucleus: nuclei|nucleuses / nucleis / nuclea
    bacterium: bacteria / bacteriums / bacterias
    phenomenon: phenomena / phenomenons / phenomenas
    criterion: criteria / criterions / criterias
    policeman: policemen / policemans / policemens
    grandchild: grandchildren / grandchilds / grandchildes
  `),
});
