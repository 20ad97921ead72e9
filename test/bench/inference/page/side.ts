/** One of the two things a row compares: an engine of the product, or a library without Peerage around it. */
export interface Side {
  load(options: SideOptions): Promise<void>;
  /** Greedy. */
  write(request: WriteRequest): Promise<WriteTiming>;
  unload(): Promise<void>;
}

export interface SideOptions {
  readonly threads: number;
  readonly contextTokens: number;
}

export interface WriteRequest {
  readonly question: string;
  readonly maxTokens: number;
}

/** Milliseconds by the page's own clock, from the call. */
export interface WriteTiming {
  readonly text: string;
  readonly tokens: number;
  /** Where the side tells. */
  readonly promptTokens: number | undefined;
  readonly firstMs: number;
  readonly totalMs: number;
}

/** Times a stream of texts. */
export async function timeTexts(
  start: () => AsyncIterable<{ text: string; tokens: number; promptTokens?: number }>,
): Promise<WriteTiming> {
  const startedMs = performance.now();
  let firstMs: number | undefined;
  let text = '';
  let tokens = 0;
  let promptTokens: number | undefined;
  for await (const piece of start()) {
    if (piece.text !== '') firstMs ??= performance.now() - startedMs;
    text += piece.text;
    tokens = piece.tokens;
    promptTokens = piece.promptTokens ?? promptTokens;
  }
  return { text, tokens, promptTokens, firstMs: firstMs ?? Number.NaN, totalMs: performance.now() - startedMs };
}

export function modelFile(): File {
  const file = document.querySelector('input')?.files?.[0];
  if (file === undefined) throw new Error('The page was given no model.');
  return file;
}
