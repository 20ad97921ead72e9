import { type Result, err } from '#vocabulary';
import type { ModelError } from '../../model.ts';
import type { NamedBlob } from '../../model-shelf.ts';
import { type ChosenFile, notAModel, readNames } from './file-names.ts';
import { ggufMagic, recogniseGguf } from './gguf-import.ts';
import { findMlcConfig, recogniseMlc } from './mlc-import.ts';
import { findOnnxGraphs, recogniseOnnx } from './onnx-import.ts';
import type { Recognised } from './recognised.ts';

/** What model these files are, by what stands in them; names only say which of them plays which part. */
export async function recognise(given: readonly NamedBlob[]): Promise<Result<Recognised, ModelError>> {
  const chosen = readNames(given);
  if (!chosen.ok) return chosen;
  const { files } = chosen.value;

  const ggufs: ChosenFile[] = [];
  for (const file of files) if ((await file.blob.slice(0, 4).text()) === ggufMagic) ggufs.push(file);
  const [gguf, secondGguf] = ggufs;
  if (secondGguf !== undefined) return err(notAModel('Several GGUF files were chosen; a model must be in one.'));
  if (gguf !== undefined) {
    const recognised = await recogniseGguf(gguf.blob);
    const stem = gguf.path.slice(gguf.path.lastIndexOf('/') + 1).replace(/\.gguf$/i, '');
    return recognised.ok
      ? { ok: true, value: { ...recognised.value, name: recognised.value.name ?? stem } }
      : recognised;
  }
  const mlcConfig = findMlcConfig(chosen.value);
  if (mlcConfig !== undefined) return recogniseMlc(chosen.value, mlcConfig);
  const [graph, secondGraph] = findOnnxGraphs(chosen.value);
  if (secondGraph !== undefined) return err(notAModel('Several ONNX graphs were chosen; one is needed.'));
  if (graph !== undefined) return recogniseOnnx(chosen.value, graph);
  return err(notAModel('None of the files is a model that this program knows.'));
}
