import * as v from 'valibot';
import { type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { ModelError } from '../model.ts';

/** A file of a repository at one commit, as a hub lists it. */
export interface ListedFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Of large files; of small ones the hub knows only git's own digest. */
  readonly sha256: string | undefined;
  /** SHA-1 of a git blob: of `blob SIZE\0` and the bytes. Of a large file it is that of a pointer to it. */
  readonly gitSha1: string;
}

const maxFiles = 999;
const maxBytes = 2 ** 40;
const commit = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const size = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxBytes));
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(512));

const modelAnswer = v.object({ sha: commit });
const treeAnswer = v.pipe(
  v.array(
    v.variant('type', [
      v.object({ type: v.literal('directory') }),
      v.object({
        type: v.literal('file'),
        path,
        size,
        oid: commit,
        lfs: v.optional(v.object({ oid: sha256, size })),
      }),
    ]),
  ),
  // A page of the hub's has a thousand; there may be more of them.
  v.maxLength(maxFiles),
);
const contentsAnswer = v.object({ type: v.literal('file'), path, size, sha: commit });

/** The commit that `https://huggingface.co/api/models/{repository}` and GitHub's `/commits/{branch}` name. */
export function readCommit(answer: unknown): Result<string, ModelError> {
  return parsed(() => v.parse(modelAnswer, answer).sha);
}

/** `https://huggingface.co/api/models/{repository}/tree/{commit}?recursive=true` */
export function readTree(answer: unknown): Result<readonly ListedFile[], ModelError> {
  return parsed(() =>
    v.parse(treeAnswer, answer).flatMap((entry) => {
      if (entry.type === 'directory') return [];
      const { path: name, oid, lfs } = entry;
      return [{ path: name, sizeBytes: lfs?.size ?? entry.size, sha256: lfs?.oid, gitSha1: oid }];
    }),
  );
}

/** `https://api.github.com/repos/{repository}/contents/{path}?ref={commit}` */
export function readContents(answer: unknown): Result<ListedFile, ModelError> {
  return parsed(() => {
    const { path: name, size: sizeBytes, sha } = v.parse(contentsAnswer, answer);
    return { path: name, sizeBytes, sha256: undefined, gitSha1: sha };
  });
}

function parsed<T>(read: () => T): Result<T, ModelError> {
  try {
    return ok(read());
  } catch (cause) {
    const reason = messageOf(cause).slice(0, 300);
    return err(failure('not-a-model', `The hub's answer cannot be read: ${reason}`, 'Try again later.'));
  }
}
