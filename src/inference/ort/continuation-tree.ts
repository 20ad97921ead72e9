/**
 * Texts that continue one prompt, as one sequence: what two of them begin with alike stands once, and every token sees
 * only the prompt and its own ancestors. One pass then says how likely each token of each text is.
 */
export interface ContinuationTree {
  /** The root, which is the prompt's last token, and after it every token that another one follows. */
  readonly tokens: readonly number[];
  /** Distance from the root. */
  readonly depths: readonly number[];
  /** Place of the token before; a parent stands before its children. The root is its own. */
  readonly parents: readonly number[];
  /** For each text, for each of its tokens, the place of the token before it. */
  readonly places: readonly (readonly number[])[];
  /** Tokens that each text added. */
  readonly added: readonly number[];
}

export function growTree(root: number, texts: readonly (readonly number[])[]): ContinuationTree {
  const tokens = [root];
  const depths = [0];
  const parents = [0];
  const children: Map<number, number>[] = [new Map()];
  const added: number[] = [];
  const places = texts.map((text) => {
    const before = tokens.length;
    let place = 0;
    const path = text.map((token, index) => {
      const parent = place;
      if (index === text.length - 1) return parent;
      const siblings = children[parent] as Map<number, number>;
      place = siblings.get(token) ?? tokens.length;
      if (place === tokens.length) {
        siblings.set(token, place);
        tokens.push(token);
        depths.push((depths[parent] as number) + 1);
        parents.push(parent);
        children.push(new Map());
      }
      return parent;
    });
    added.push(tokens.length - before);
    return path;
  });
  return { tokens, depths, parents, places, added };
}

/** Added to attention scores: 0 where a token may look, tokens x (cached + tokens). */
export function treeBias({ parents }: ContinuationTree, cached: number): Float32Array<ArrayBuffer> {
  const count = parents.length;
  const total = cached + count;
  const bias = new Float32Array(count * total);
  for (let place = 0; place < count; place++) {
    const row = bias.subarray(place * total, (place + 1) * total);
    row.fill(hidden, cached);
    for (let ancestor = place; ; ancestor = parents[ancestor] as number) {
      row[cached + ancestor] = 0;
      if (ancestor === 0) break;
    }
  }
  return bias;
}

/** So low that nothing of it is left after the exponential, and far from the end of the range. */
const hidden = -1e9;
