import { ok } from '#vocabulary';
import type { ModelFiles } from './model-files.ts';

/** For browsers that keep nothing: everything is forgotten when the tab closes. */
export function createMemoryModelFiles(): ModelFiles {
  const partsByFile = new Map<string, (Blob | undefined)[]>();
  const marks = new Map<string, string>();
  const parts = (file: string): Blob[] => {
    const all = partsByFile.get(file) ?? [];
    const gap = all.findIndex((part) => part === undefined);
    return (gap < 0 ? all : all.slice(0, gap)) as Blob[];
  };
  return {
    place: 'memory',
    notice: 'This browser cannot keep files here: the model is downloaded again at every visit.',
    canTake: () => Promise.resolve(undefined),
    names: () => Promise.resolve([...new Set([...partsByFile.keys(), ...marks.keys()])]),
    sizes: (file) => Promise.resolve(parts(file).map((part) => part.size)),
    parts: (file) => Promise.resolve([...parts(file)]),
    writePart(file, index, bytes) {
      const row = partsByFile.get(file) ?? [];
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
