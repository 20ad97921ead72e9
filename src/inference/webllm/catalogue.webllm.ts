import { type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { ModelError, ModelManifest } from '../model.ts';
import { type HubAccess, resolveMlcManifest } from './hub-manifest.ts';
import type { MlcEntry } from './mlc-catalogue.ts';

const MAX_JSON_BYTES = 4 * 2 ** 20;

/** Looks the files of a catalogue model up where they are published. */
export function findMlcManifest(entry: MlcEntry, signal?: AbortSignal): Promise<Result<ModelManifest, ModelError>> {
  return resolveMlcManifest(
    entry,
    createHubAccess((url) => fetch(url, { signal: signal ?? null })),
  );
}

export function createHubAccess(request: (url: string) => Promise<Response>): HubAccess {
  const fetchBytes: HubAccess['fetchBytes'] = async (url, maxBytes) => {
    try {
      const response = await request(url);
      if (!response.ok || response.body === null)
        return err(
          failure('network', `${new URL(url).host} answered with status ${response.status}.`, 'Try again later.'),
        );
      const pieces: Uint8Array[] = [];
      let length = 0;
      for await (const piece of response.body) {
        length += piece.length;
        if (length > maxBytes)
          return err(failure('not-a-model', `${new URL(url).host} sends more than a file of that kind has.`));
        pieces.push(piece);
      }
      return ok(joined(pieces, length));
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError')
        return err(failure('aborted', 'It was stopped.'));
      return err(
        failure('network', `${new URL(url).host} cannot be reached: ${messageOf(cause)}`, 'Check the connection.'),
      );
    }
  };
  return {
    fetchBytes,
    async fetchJson(url) {
      const bytes = await fetchBytes(url, MAX_JSON_BYTES);
      if (!bytes.ok) return bytes;
      try {
        return ok(JSON.parse(new TextDecoder().decode(bytes.value)) as unknown);
      } catch {
        return err(
          failure('not-a-model', `${new URL(url).host} answered with something else than JSON.`, 'Try again later.'),
        );
      }
    },
  };
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
