/** Numbers in the Cholesky factor of one judge's 3 x 3 block, in rows: l00, l10, l11, l20, l21, l22. */
export const JUDGE_BLOCK = 6;

type Block = readonly [number, number, number, number, number, number];

/** Factorises the symmetric block of (gamma, q, c), given as gg, gq, gc, qq, qc, cc. Its priors make it positive definite. */
export function factoriseJudgeBlock(blocks: Float64Array, judge: number, [gg, gq, gc, qq, qc, cc]: Block): void {
  const at = judge * JUDGE_BLOCK;
  const l00 = Math.sqrt(gg);
  const l10 = gq / l00;
  const l20 = gc / l00;
  const l11 = Math.sqrt(qq - l10 * l10);
  const l21 = (qc - l20 * l10) / l11;
  blocks[at] = l00;
  blocks[at + 1] = l10;
  blocks[at + 2] = l11;
  blocks[at + 3] = l20;
  blocks[at + 4] = l21;
  blocks[at + 5] = Math.sqrt(cc - l20 * l20 - l21 * l21);
}

function blockOf(blocks: Float64Array, judge: number): Block {
  const at = judge * JUDGE_BLOCK;
  return [
    blocks[at] as number,
    blocks[at + 1] as number,
    blocks[at + 2] as number,
    blocks[at + 3] as number,
    blocks[at + 4] as number,
    blocks[at + 5] as number,
  ];
}

/** Rows of three times L⁻ᵀ. */
export function reduceCouplings(blocks: Float64Array, judge: number, couplings: Float64Array): Float64Array {
  const [l00, l10, l11, l20, l21, l22] = blockOf(blocks, judge);
  const reduced = new Float64Array(couplings.length);
  for (let at = 0; at < couplings.length; at += 3) {
    const w0 = (couplings[at] as number) / l00;
    const w1 = ((couplings[at + 1] as number) - l10 * w0) / l11;
    reduced[at] = w0;
    reduced[at + 1] = w1;
    reduced[at + 2] = ((couplings[at + 2] as number) - l20 * w0 - l21 * w1) / l22;
  }
  return reduced;
}

/** Solves D x = b for one judge. */
export function solveJudgeBlock(blocks: Float64Array, judge: number, right: Float64Array, into: Float64Array): void {
  const [l00, l10, l11, l20, l21, l22] = blockOf(blocks, judge);
  const y0 = (right[0] as number) / l00;
  const y1 = ((right[1] as number) - l10 * y0) / l11;
  const y2 = ((right[2] as number) - l20 * y0 - l21 * y1) / l22;
  const x2 = y2 / l22;
  const x1 = (y1 - l21 * x2) / l11;
  into[0] = (y0 - l10 * x1 - l20 * x2) / l00;
  into[1] = x1;
  into[2] = x2;
}
