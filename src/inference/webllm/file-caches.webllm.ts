/** Where web-llm believes the model to be; nothing is ever asked of this address. It appends the path itself. */
export const MODEL_URL = 'https://model.invalid/resolve/main/';

/** web-llm wants a file that the model's folder does not hold. */
export class MissingFile extends Error {}

/**
 * What web-llm takes for the browser's caches: the model's files, already downloaded and verified, as if it had put them
 * there. It reads each once and keeps no copy.
 */
export function createFileCaches(files: ReadonlyMap<string, Blob>): Pick<CacheStorage, 'open'> {
  const nameOf = (request: RequestInfo | URL): string => {
    const url = request instanceof Request ? request.url : String(request);
    const name = url.startsWith(MODEL_URL) ? decodeURIComponent(url.slice(MODEL_URL.length)) : url;
    // Older models have the same list of weights under another name.
    return name === 'tensor-cache.json' && !files.has(name) ? 'ndarray-cache.json' : name;
  };
  const cache = {
    match: async (request: RequestInfo | URL) => {
      const file = files.get(nameOf(request));
      return file === undefined ? undefined : new Response(file);
    },
    add: async (request: RequestInfo | URL) => {
      throw new MissingFile(`The model has no ${nameOf(request)}.`);
    },
    keys: async () => [...files.keys()].map((name) => new Request(MODEL_URL + encodeURIComponent(name))),
    delete: async () => false,
  };
  return { open: async () => cache as unknown as Cache };
}
