import { ok } from '#vocabulary';
import type { ModelFiles } from './model-files.ts';

/** For browsers without a private file system: everything is forgotten when the tab closes. */
export function createMemoryModelFiles(): ModelFiles {
  const partsByFile = new Map<string, Blob[]>();
  const marks = new Map<string, string>();
  return {
    notice: 'This browser cannot keep files here: the model is downloaded again at every visit.',
    parts: (file) => Promise.resolve([...(partsByFile.get(file) ?? [])]),
    writePart(file, index, bytes) {
      const parts = partsByFile.get(file) ?? [];
      parts[index] = new Blob([bytes]);
      partsByFile.set(file, parts);
      return Promise.resolve(ok(undefined));
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
