import { rowsOf, tableFamily } from './table.ts';

/** What things are used for. */
export const tools = tableFamily({
  name: 'tools',
  difficulty: 1,
  asks: ['What do you use to {s}?', 'Which thing helps you to {s}?', 'With what do people usually {s}?'],
  says: ['People use {an a} to {s}.', 'You {s} with {an a}.', 'The thing to use is {an a}.'],
  others: 'computer / bottle / pencil / plate / stove / rope / bag / sword',
  rows: rowsOf(`
    drive in nails: hammer|nail gun / screwdriver / spanner / shovel
    turn screws: screwdriver|drill / hammer / chisel / needle
    cut wood: saw|axe|chainsaw / hammer / spoon / ruler
    sweep the floor: broom|brush / shovel / towel / rake
    tell the time: clock|watch / compass / ruler / calendar
    find north: compass|magnet / clock / telescope / thermometer
    measure temperature: thermometer|thermostat / barometer / ruler / clock
    see distant stars: telescope / microscope / mirror / compass
    see tiny germs: microscope / telescope / camera / mirror
    take photographs: camera|phone|smartphone / telescope / mirror / lamp
    eat soup: spoon / fork / knife / cup
    cut bread: knife|bread knife / spoon / fork / ladle
    dig a hole: shovel|spade / rake / hammer / ladder
    reach a high shelf: ladder|stool|step ladder|stepladder / shovel / bucket / broom
    unlock a door: key|keys / hammer / handle / coin
    brush your teeth: toothbrush / comb / sponge / towel
    dry your hands: towel|paper towel|hand towel / sponge / brush / pillow
    stay dry in the rain: umbrella|raincoat / parasol / helmet / blanket
    draw a straight line: ruler|straightedge / compass / eraser / spoon
    sew on a button: needle|needle and thread|thread / hook / hammer / knife
    water the flowers: watering can|hose / ladder / rake / broom
    boil water for tea: kettle|teapot|pot / oven / fridge / toaster
    keep food cold: fridge|refrigerator|freezer|cooler / oven / cupboard / kettle
    bake a cake: oven / fridge / kettle / toaster
    wash clothes: washing machine|washer / dishwasher / hair dryer / vacuum cleaner
    clean a carpet: vacuum cleaner|vacuum|hoover|carpet cleaner / lawn mower / hair dryer / dishwasher
    cut the grass: lawn mower|lawnmower|mower|scythe / vacuum cleaner / hair dryer / bread knife
    look at yourself: mirror / window / camera / picture
    weigh flour: scale|scales|balance|kitchen scale / ruler / spoon / clock
    rub out pencil marks: eraser|rubber / sharpener / ruler / marker
    open a wine bottle: corkscrew|opener|bottle opener|wine opener / screwdriver / tin opener / needle
    loosen a nut: spanner|wrench / hammer / saw / chisel
    cross a river on foot: bridge / tunnel / boat / ladder
    protect your head on a bicycle: helmet|bike helmet|bicycle helmet / glove / bonnet / scarf
    sleep outdoors in a dry place: tent / torch / stove / kettle
  `),
});
