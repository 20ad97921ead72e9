import { rowsOf, tableFamily } from './table.ts';

/** Opposites that a child knows; slips belong to the same matter or are near in meaning. */
export const opposites = tableFamily({
  name: 'opposites',
  difficulty: 1,
  asks: [
    'What is the opposite of "{s}"?',
    'Which word means the opposite of "{s}"?',
    'Give the opposite of the word "{s}".',
  ],
  says: ['The opposite of "{s}" is "{a}".', 'The opposite word is "{a}".', 'It is the word "{a}".'],
  rows: rowsOf(`
    hot: cold / warm / damp / fiery
    big: small|little|tiny / large / huge / wide
    tall: short|small / high / thin / large
    fast: slow / quick / early / soft
    old: young|new / ancient / big / elder
    rich: poor / wealthy / happy / greedy
    happy: sad|unhappy / glad / lucky / tired
    light: dark|heavy / bright / white / thin
    hard: soft|easy / solid / rough / cold
    early: late / soon / ahead / first
    full: empty / filled / heavy / open
    wet: dry / damp / cold / soft
    clean: dirty|unclean / tidy / pure / white
    strong: weak / tough / heavy / big
    loud: quiet|silent|soft / noisy / angry / harsh
    open: closed|shut|close / wide / empty / free
    high: low / tall / deep / far
    near: far|distant|away / close / nearby / beside
    deep: shallow / high / wide / dark
    thick: thin / wide / heavy / large
    sweet: sour|bitter|salty / tasty / sugary / juicy
    cheap: expensive|costly|dear / inexpensive / affordable / worthless
    left: right / ahead / behind / back
    first: last|final / second / early / main
    always: never / often / ever / sometimes
    before: after / during / earlier / until
    above: below|under|beneath|underneath / over / beside / high
    inside: outside / within / beside / indoor
    win: lose / gain / score / beat
    buy: sell / pay / trade / spend
    push: pull / press / throw / hit
    love: hate|hatred / adore / wish / kiss
    give: take|receive / send / offer / lend
    laugh: cry|weep / smile / shout / joke
    begin: end|finish|stop / start / open / launch
    remember: forget / recall / learn / notice
    arrive: leave|depart / come / reach / stay
    ask: answer|reply / question / talk / beg
    friend: enemy|foe / pal / brother / guest
    day: night / week / morning / noon
    war: peace / battle / fight / army
    question: answer|reply / riddle / query / topic
    brave: cowardly|afraid|timid|fearful|scared|coward / bold / daring / heroic
    true: false|untrue / real / honest / exact
    wide: narrow / broad / large / long
    smooth: rough|bumpy / flat / silky / level
    alive: dead / living / awake / born
    awake: asleep|sleeping / alert / alive / active
    polite: rude|impolite / kind / shy / proper
    future: past / later / soon / tomorrow
    summer: winter / spring / autumn / July
    east: west / north / south / left
  `),
});
