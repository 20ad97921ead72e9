/** Commands whose argument is all that matters. */
const WRAPPERS = /\\(?:text|textbf|textit|mathrm|mathbf|mathit|operatorname|boxed)\s{0,4}\{([^{}]*)\}/gu;
const FRACTION = /\\[dt]?frac\s{0,4}\{([^{}]*)\}\s{0,4}\{([^{}]*)\}/gu;
/** Spacing, delimiters and sizes of LaTeX, which say nothing. */
const ORNAMENTS = /\\(?:left|right|displaystyle|quad|,|;|!|:| |\(|\)|\[|\])/gu;
const OPTION = /^(?:option|choice)?\s{0,4}(?:\(([a-j])\)|([a-j])[).:])(?=$|\s)|^(?:option|choice)\s{1,4}([a-j])$/u;

/**
 * A short stated answer in the form in which equal answers are equal strings, or undefined where nothing is left: lower case,
 * single spaces, no LaTeX ornament, markup, quotes or punctuation around it; numbers without separators of thousands, leading
 * zeros or zeros at the end of decimals; fractions as `1/2`; an option by its letter alone (`(B) Paris` is `b`). Units and
 * other words stay. For text of bounded length.
 */
export function normaliseFinal(raw: string): string | undefined {
  const plain = raw
    .replace(/\{,\}/gu, ',')
    .replace(ORNAMENTS, ' ')
    .replace(FRACTION, '$1/$2')
    .replace(WRAPPERS, '$1')
    .replace(/\\([%$#&_])/gu, '$1')
    .replace(/\u2212/gu, '-')
    .replace(/[$`"\u201c\u201d]|\*\*/gu, '')
    .replace(/\s+/gu, ' ')
    .toLowerCase()
    .replace(/^[\s*_:=]+/u, '');
  const trimmed = trimEnd(plain);
  const option = OPTION.exec(trimmed);
  if (option !== null) return option[1] ?? option[2] ?? option[3];
  const final = trimmed
    .replace(/(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])/gu, (number) => number.replaceAll(',', ''))
    .replace(/(?<![\w.])0+(?=\d)/gu, '')
    .replace(/(?<![\w.])\.(?=\d)/gu, '0.')
    .replace(/(?<=\d)\.0+(?![\d.])/gu, '')
    .replace(/(?<=\.\d{0,40}[1-9])0+(?![\d.])/gu, '')
    .replace(/^\+(?=\d)/u, '');
  return final === '' ? undefined : final;
}

/** Without white space, markup and punctuation at the end; a loop, since a pattern that ends in `+$` takes quadratic time. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ' *_.,;:!?'.includes(text[end - 1] as string)) end -= 1;
  return text.slice(0, end);
}
