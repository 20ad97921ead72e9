/** The compiled library of minilib/, as a tab gets it. */
export async function fetchMinilib(): Promise<Blob> {
  const response = await fetch(new URL('./minilib/minilib.wasm', import.meta.url));
  return response.blob();
}
