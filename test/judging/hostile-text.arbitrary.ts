import fc from 'fast-check';

/** Any UTF-16 at all, whole marks and their pieces among it. */
export const arbitraryHostileText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
      fc.constantFrom(
        '<|im_start|>',
        '<|im_end|>',
        '<',
        '|',
        '>',
        '<|',
        '|>',
        '[INST]',
        '[/',
        'INST]',
        '<s',
        '</s>',
        '<<SYS>>',
        '<<',
        '\u202e',
        '\u200b',
        '\u0000',
        '\nuser\n',
        ' ',
      ),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(''));
