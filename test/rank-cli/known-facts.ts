import { readFile } from 'node:fs/promises';
import { type Result, err, failure, messageOf, ok } from '#vocabulary';
import { extractFinalAnswer } from '#ranking';
import { createJsonLinesReader } from './json-values.ts';
import type { RankFailure } from './rank-votes.ts';
import type { Fault } from './record-reader.ts';
import { quoted } from './terminal-text.ts';
import { explainReadError } from './vote-source.ts';

// What `--standings` and `--answers` tell beside the votes. Small files, read whole.

/** `{judge: standing}`, standings in [0, 1]. */
export async function readStandings(
  path: string,
  shownAs: string,
): Promise<Result<ReadonlyMap<string, number>, RankFailure>> {
  const text = await readText(path, shownAs);
  if (!text.ok) return text;
  let value: unknown;
  try {
    value = JSON.parse(text.value);
  } catch (cause) {
    return err(failure('malformed', `${shownAs} is not JSON: ${messageOf(cause)}.`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return err(failure('malformed', `${shownAs} is not an object of judges' standings.`, 'Write {"judge": 0.8, …}.'));
  }
  const standings = new Map<string, number>();
  for (const [judge, standing] of Object.entries(value)) {
    if (typeof standing !== 'number' || !(standing >= 0 && standing <= 1)) {
      const what = `${shownAs}: the standing of ${quoted(judge)} is ${quoted(standing)}, not a number from 0 to 1.`;
      return err(failure('malformed', what));
    }
    standings.set(judge.trim(), standing);
  }
  return ok(standings);
}

/** One `{name, text}` a line: the final answer of each item, undefined where its text gives none. */
export async function readFinals(
  path: string,
  shownAs: string,
): Promise<Result<ReadonlyMap<string, string | undefined>, RankFailure>> {
  const text = await readText(path, shownAs);
  if (!text.ok) return text;
  const finals = new Map<string, string | undefined>();
  let first: Fault | undefined;
  const reader = createJsonLinesReader({
    fault(fault) {
      first ??= fault;
    },
    value(value, line) {
      const { name, text: answer } = (value ?? {}) as { readonly name?: unknown; readonly text?: unknown };
      if (typeof name !== 'string' || typeof answer !== 'string' || name.trim() === '') {
        first ??= { line, reason: `${quoted(value)} is not {"name": "…", "text": "…"}` };
      } else if (finals.has(name.trim())) {
        first ??= { line, reason: `${quoted(name)} has an answer already` };
      } else {
        finals.set(name.trim(), extractFinalAnswer(answer));
      }
    },
  });
  reader.push(text.value);
  reader.end();
  return first === undefined ? ok(finals) : err(failure('malformed', `${shownAs}:${first.line}: ${first.reason}`));
}

async function readText(path: string, shownAs: string): Promise<Result<string, RankFailure>> {
  try {
    return ok((await readFile(path, 'utf8')).replace(/^\u{FEFF}/u, ''));
  } catch (cause) {
    return err(explainReadError(shownAs, cause));
  }
}
