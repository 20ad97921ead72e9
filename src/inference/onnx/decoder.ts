/** A decoder with the keys and values of the tokens it has read. */
export interface DecoderSession {
  readonly vocabulary: number;
  /** Blocks whose states can be read; 0 where it shows none. */
  readonly stateLayers: number;
  /** Tokens of a prompt that one pass should read: as many as are fast, and few enough to be stopped soon. */
  readonly passTokens: number;
  /** Number of tokens whose keys and values are held. */
  held(): number;
  /** Forgets all tokens after the first `length`. */
  truncate(length: number): Promise<void>;
  /** Reads tokens after those held; logits of the last one, or of all of them row by row. */
  read(tokens: readonly number[], rows: 'last' | 'all'): Promise<Float32Array>;
  /** Reads tokens after those held; the stream after a block (from 1), token by token. */
  readStates(tokens: readonly number[], layer: number): Promise<Float32Array>;
  release(): Promise<void>;
}
