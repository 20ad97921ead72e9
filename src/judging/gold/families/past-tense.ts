import { rowsOf, tableFamily } from './table.ts';

/** Irregular verbs of English. */
export const pastTense = tableFamily({
  name: 'past-tense',
  difficulty: 1,
  asks: [
    'What is the past tense of "{s}"?',
    'What is the simple past of the verb "{s}"?',
    'Today I {s}. Which verb form do I use for yesterday?',
  ],
  says: ['The past tense of "{s}" is "{a}".', 'The verb form for yesterday is "{a}".', 'In the past it is "{a}".'],
  rows: rowsOf(`
    begin: began / begun / begon
    bite: bit / bote / bited
    blow: blew / blown / bloo
    break: broke / brake / broken
    bring: brought / brang / brung
    buy: bought / buyed / bouyt
    catch: caught / catched / cought
    choose: chose / chase / choosed
    come: came / com / comed
    dig: dug / dag / digged
    draw: drew / drawn / drow
    drink: drank / drunk / drinkt
    drive: drove / drave / drived
    eat: ate / et / eated
    fall: fell / fole / falled
    feel: felt / fell / feeled
    fight: fought / faught / fighted
    find: found / fand / finded
    fly: flew / flown / flied
    forget: forgot / forgat / forgotted
    give: gave / giv / gived
    go: went / gone / goed
    grow: grew / grown / grue
    hide: hid / hod / hided
    hold: held / hald / holded
    keep: kept / kep / keeped
    know: knew / known / kno
    leave: left / loft / leaved
    lose: lost / los / losed
    meet: met / mot / meeted
    ride: rode / rid / rided
    ring: rang / rong / ringed
    run: ran / ron / runned
    see: saw / sew / seed
    sell: sold / selt / selled
    send: sent / sont / sended
    shake: shook / shoke / shaked
    sing: sang / song / singed
    sleep: slept / slep / sleeped
    speak: spoke / spake / speaked
    stand: stood / stod / standed
    steal: stole / stale / stealed
    swim: swam / swum / swimmed
    take: took / tuck / taked
    teach: taught / tought / teached
    tell: told / telt / telled
    think: thought / thunk / thinked
    throw: threw / thrown / thraw
    win: won / wan / winned
    write: wrote / writ / writed
  `),
});
