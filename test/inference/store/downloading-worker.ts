/** A tab that begins a download and is closed in the middle of it. */
import { type Place, model, openPageShelf, pieceServer } from './page-storage.ts';
import { quiet } from './shelf-bench.ts';

self.addEventListener('message', ({ data }: MessageEvent<{ place: Place; folder: string }>) => {
  const { fetch } = pieceServer((sentBytes) => self.postMessage(sentBytes));
  void openPageShelf(data.place, data.folder, fetch)
    .then((shelf) => shelf.obtain(model, quiet))
    .then(() => self.postMessage(Number.POSITIVE_INFINITY));
});
