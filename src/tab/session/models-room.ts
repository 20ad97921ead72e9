import type { ModelShelf } from '#inference';
import type { RoomView } from '../models-view.ts';

/** Something that stopped for lack of room, and how it goes on. */
export interface RoomLack {
  readonly neededBytes: number;
  readonly goOn: () => void;
}

/** What would be removed to make room; undefined where the browser has enough by now. */
export async function planRoom(
  shelf: Pick<ModelShelf, 'planRoom'>,
  neededBytes: number,
): Promise<RoomView | undefined> {
  const planned = await shelf.planRoom(neededBytes);
  if (!planned.ok) return { neededBytes, removes: [], freedBytes: 0, error: planned.error };
  const { freedBytes, removed } = planned.value;
  if (freedBytes === 0) return undefined;
  const removes = removed.map(({ manifest: { id, name }, arrivedBytes }) => ({ id, name, sizeBytes: arrivedBytes }));
  return { neededBytes, removes, freedBytes };
}
