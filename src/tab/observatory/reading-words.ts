import { formatSigned } from '../design/figure.ts';

/** What each reading of a judge says of the answer it speaks for, in words for people (src/judging/README.md). */
const WORDS: Readonly<Record<string, string>> = {
  cloze: 'says a word the model expects',
  'cloze-new': 'says one the question lacks',
  agreement: 'agrees with the others',
  forward: 'likelier as an answer',
  'yes-no': 'called correct',
  unprompted: 'no small talk',
  backward: 'explains the question',
  letter: 'chosen side by side',
  'reasoned-letter': 'chosen after thought',
  probe: 'looks true inside the model',
  screening: 'the other is no answer',
};

/** A name of another version is shown as it came. */
export function describeContribution({ name, logOdds }: { readonly name: string; readonly logOdds: number }): string {
  return `${WORDS[name] ?? name} ${formatSigned(logOdds)}`;
}
