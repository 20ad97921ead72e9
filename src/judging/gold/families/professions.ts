import { rowsOf, tableFamily } from './table.ts';

/** What people are called by what they do. */
export const professions = tableFamily({
  name: 'professions',
  difficulty: 1,
  asks: ['What do you call a person who {s}?', 'Who {s} for a living?', 'What is the job of someone who {s}?'],
  says: ['A person who {s} is {an a}.', 'This is the job of {an a}.', 'Someone who {s} is called {an a}.'],
  others: 'secretary / scientist / worker / manager / artist / athlete / soldier / driver / engineer / technician',
  rows: rowsOf(`
    bakes bread: baker|bread maker / butcher / waiter / miller
    flies an aeroplane: pilot|aviator / sailor / driver / conductor
    sells meat: butcher|meat seller / baker / florist / shepherd
    puts out fires: firefighter|fireman / policeman / plumber / soldier
    repairs teeth: dentist / surgeon / optician / barber
    cuts hair: barber|hairdresser|hairstylist|stylist / tailor / butcher / gardener
    mends water pipes: plumber / electrician / carpenter / sailor
    teaches children in a school: teacher|schoolteacher / nurse / librarian / student
    grows crops and keeps cows: farmer / gardener / baker / hunter
    treats sick animals: vet|veterinarian|veterinary surgeon / nurse / zookeeper / farmer
    writes books: author|writer|novelist / librarian / printer / painter
    paints pictures: painter|artist / sculptor / writer / plumber
    makes clothes to measure: tailor|dressmaker|seamstress / barber / weaver / cobbler
    mends shoes: cobbler|shoemaker / tailor / carpenter / blacksmith
    catches fish at sea: fisherman|fisher|angler / sailor / butcher / diver
    travels in space: astronaut|cosmonaut / astronomer / pilot / explorer
    studies the stars: astronomer|astrophysicist / astrologer / astronaut / geologist
    builds things of wood: carpenter|woodworker|joiner / plumber / blacksmith / mason
    serves food in a restaurant: waiter|waitress|server / cook / cashier / butler
    cooks meals in a restaurant: chef|cook / waiter / baker / butcher
    takes photographs: photographer / painter / printer / cartographer
    works with books in a library: librarian / teacher / author / editor
    defends people in court: lawyer|attorney|barrister|solicitor / judge / policeman / banker
    decides cases in court: judge / lawyer / detective / sheriff
    operates on patients: surgeon|doctor / dentist / nurse / pharmacist
    cares for the sick and helps doctors: nurse / vet / surgeon / teacher
    sells medicines: pharmacist|chemist|druggist / nurse / grocer / dentist
    draws plans of houses: architect / carpenter / bricklayer / painter
    lays bricks: bricklayer|mason|builder / plumber / carpenter / architect
    digs coal from the earth: miner|coal miner / farmer / gardener / sailor
    looks after sheep: shepherd|shepherdess / farmer / butcher / hunter
    sells flowers: florist|flower seller / gardener / grocer / baker
    plays in films: actor|actress / director / dancer / singer
    leads an orchestra: conductor|maestro / composer / violinist / director
    writes music: composer|songwriter / conductor / singer / poet
    writes poems: poet / singer / editor / composer
    brings letters to houses: postman|mailman|mail carrier|postal worker|postwoman|letter carrier|postal carrier / milkman / salesman / printer
    tests eyes and sells glasses: optician|optometrist / dentist / pharmacist / surgeon
    wires houses for light: electrician / plumber / mechanic / carpenter
    mends cars: mechanic|car mechanic|auto mechanic / plumber / driver / electrician
    shoes horses and works iron: blacksmith|smith|farrier / cobbler / carpenter / tailor
    translates what others say: interpreter|translator / announcer / lecturer / journalist
  `),
});
