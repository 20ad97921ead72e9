import { rowsOf, tableFamily } from './table.ts';

/** Symbols of elements, none of which is an English word. */
export const chemicalSymbols = tableFamily({
  name: 'chemical-symbols',
  difficulty: 2,
  asks: [
    'What is the chemical symbol of {s}?',
    'Which symbol stands for {s} in the periodic table?',
    'How do chemists write {s} as a symbol?',
  ],
  says: ['The chemical symbol of {s} is {a}.', '{a} stands for {s}.', 'Chemists write {s} as {a}.'],
  others: 'H2O / CO2 / Rb / Sc / Ga / Ge / Sb / Te / Cs / Rn / Fr / Pd / Rh',
  rows: rowsOf(`
    hydrogen: H / Hy / Hg / Hd
    carbon: C / Ca / Cb / Co
    nitrogen: N / Ni / Nt / Ng
    oxygen: O / Ox / Os / Og
    fluorine: F / Fl / Fe / Fr
    neon: Ne / N / Ni / Nn
    sodium: Na / S / Sd / Sm
    magnesium: Mg / Mn / M / Ms
    aluminium: Al / Ag / Ai / Ar
    silicon: Si / S / Sc / Sl
    phosphorus: P / Ph / Po / K
    sulphur: S / Su / Sr / P
    chlorine: Cl / C / Ch / Cr
    argon: Ar / Ag / Ac / Ao
    potassium: K / P / Po / Pt
    calcium: Ca / C / Cl / Cm
    titanium: Ti / T / Tn / Tt
    chromium: Cr / Ch / C / Cm
    manganese: Mn / Mg / Ma / M
    iron: Fe / Io / Ir / Fr
    cobalt: Co / Cb / C / Ct
    nickel: Ni / N / Nk / Ne
    copper: Cu / Co / Cp / C
    zinc: Zn / Z / Zi / Zc
    bromine: Br / B / Bm / Bo
    silver: Ag / Si / Sv / Al
    tin: Sn / Ti / Tn / T
    gold: Au / Gd / Ag / Gl
    mercury: Hg / Mc / Mu / M
    lead: Pb / Ld / L / Pd
    platinum: Pt / P / Pl / Pn
    uranium: U / Ur / Ua / Un
    radium: Ra / R / Rd / Rm
    lithium: Li / L / Lt / Lm
    barium: Ba / B / Br / Bm
    krypton: Kr / K / Kp / Ky
    xenon: Xe / X / Xn / Xo
    tungsten: W / Tu / Tg / T
  `),
});
