import { err, failure, ok } from '#vocabulary';
import type { ModelFiles } from './model-files.ts';

/** All files together: a tab that holds more is closed by phones, and by no browser spared. */
const maxMemoryBytes = 2 * 2 ** 30;

/** For browsers that keep nothing: everything is forgotten when the tab closes. */
export function createMemoryModelFiles(maxBytes = maxMemoryBytes): ModelFiles {
  const partsByFile = new Map<string, (Blob | undefined)[]>();
  const marks = new Map<string, string>();
  const parts = (file: string): Blob[] => {
    const all = partsByFile.get(file) ?? [];
    const gap = all.findIndex((part) => part === undefined);
    return (gap < 0 ? all : all.slice(0, gap)) as Blob[];
  };
  const usedBytes = (): number => [...partsByFile.values()].flat().reduce((sum, part) => sum + (part?.size ?? 0), 0);
  return {
    place: 'memory',
    notice: 'This browser cannot keep files here: the model is downloaded again at every visit.',
    canTake: () => Promise.resolve(undefined),
    names: () => Promise.resolve([...new Set([...partsByFile.keys(), ...marks.keys()])]),
    sizes: (file) => Promise.resolve(parts(file).map((part) => part.size)),
    parts: (file) => Promise.resolve([...parts(file)]),
    partSizes: (file) =>
      Promise.resolve(
        new Map(
          (partsByFile.get(file) ?? []).flatMap((part, index) =>
            part === undefined ? [] : [[index, part.size] as const],
          ),
        ),
      ),
    readPart: (file, index) => Promise.resolve(partsByFile.get(file)?.[index]),
    writePart(file, index, bytes) {
      const row = partsByFile.get(file) ?? [];
      if (usedBytes() - (row[index]?.size ?? 0) + bytes.length > maxBytes) return Promise.resolve(err(full));
      while (row.length < index) row.push(undefined);
      row[index] = new Blob([bytes]);
      partsByFile.set(file, row);
      return Promise.resolve(ok(undefined));
    },
    removePart(file, index) {
      const row = partsByFile.get(file);
      if (row !== undefined && index < row.length) row[index] = undefined;
      return Promise.resolve();
    },
    readMark: (file) => Promise.resolve(marks.get(file)),
    writeMark(file, mark) {
      marks.set(file, mark);
      return Promise.resolve(ok(undefined));
    },
    remove(file) {
      partsByFile.delete(file);
      marks.delete(file);
      return Promise.resolve();
    },
  };
}

const full = failure(
  'quota',
  'The model does not fit into the memory that this page may use.',
  'Allow the site to store data, or choose a smaller model.',
);
