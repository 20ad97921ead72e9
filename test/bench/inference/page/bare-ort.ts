import type { BareOrtMessage } from './bare-ort-worker.ts';
import { type Side, modelFile, timeTexts } from './side.ts';

type Piece = { readonly text: string; readonly tokens: number };

/** ONNX Runtime by its session alone, in a worker of its own. */
export function createBareOrt(): Side {
  let worker: Worker | undefined;

  async function* send(message: BareOrtMessage): AsyncIterable<Piece> {
    if (worker === undefined) throw new Error('Load the model first.');
    const waiting: (Piece | 'done')[] = [];
    let wake = Promise.withResolvers<void>();
    const listen = ({ data }: MessageEvent<Piece | 'done'>): void => {
      waiting.push(data);
      wake.resolve();
    };
    worker.addEventListener('message', listen);
    worker.addEventListener('error', ({ message: reason }) => wake.reject(new Error(reason)), { once: true });
    worker.postMessage(message);
    for (;;) {
      const piece = waiting.shift();
      if (piece === 'done') break;
      if (piece !== undefined) yield piece;
      else {
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    }
    worker.removeEventListener('message', listen);
  }

  return {
    async load(options) {
      worker = new Worker(new URL('./bare-ort-worker.ts', import.meta.url), { type: 'module' });
      for await (const piece of send({ file: modelFile(), ...options })) void piece;
    },
    write: (request) => timeTexts(() => send(request)),
    unload() {
      worker?.terminate();
      worker = undefined;
      return Promise.resolve();
    },
  };
}
