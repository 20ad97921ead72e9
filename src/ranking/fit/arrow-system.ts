import { type SquareMatrix, createMatrix, solve, tryFactorise } from '../numerics/cholesky.ts';
import {
  JUDGE_PARAMETERS,
  type JudgeModel,
  type JudgePoint,
  discriminationDeviation,
  preference,
} from './judge-model.ts';
import { JUDGE_BLOCK, factoriseJudgeBlock, reduceCouplings, solveJudgeBlock } from './judge-block.ts';

/**
 * Gradient and negative Hessian of the log posterior at a point. Judges touch each other only through the strengths and
 * the common position bias ("global" numbers), so the Hessian is an arrow: one small block a judge, which is eliminated
 * (Schur complement) and leaves a system of the size of the answers, however many judges there are.
 */
export interface ArrowSystem {
  /** By strengths, then the common position bias. */
  readonly globalGradient: Float64Array;
  /** By (gamma, q, c) of each judge; 0 where a bound holds the discrimination. */
  readonly localGradient: Float64Array;
  /** Cholesky factor of the Schur complement of the judges' blocks: the marginal precision of the global numbers. */
  readonly factor: SquareMatrix;
  /** The Newton step (H⁻¹ times gradient), in the same layout as the gradients. */
  step(): { readonly global: Float64Array; readonly local: Float64Array };
}

type Curvature = 'exact' | 'fisher';

/** What is being assembled. */
interface Assembly {
  readonly model: JudgeModel;
  readonly point: JudgePoint;
  readonly curvature: Curvature;
  /** Lower half. */
  readonly schur: SquareMatrix;
  readonly globalGradient: Float64Array;
  readonly localGradient: Float64Array;
  /** Cholesky factors of the judges' blocks. */
  readonly blocks: Float64Array;
  /** Second derivatives between each judge's numbers and the global ones it touches: three for each touched place. */
  readonly couplings: Float64Array;
}

/** Undefined when the exact Hessian is not negative definite here; `fisher` (expected Hessian) always is. */
export function assembleArrow(model: JudgeModel, point: JudgePoint, curvature: Curvature): ArrowSystem | undefined {
  const { itemCount, judgeCount } = model.cells;
  const assembly: Assembly = {
    model,
    point,
    curvature,
    schur: createMatrix(itemCount + 1),
    globalGradient: new Float64Array(itemCount + 1),
    localGradient: new Float64Array(judgeCount * JUDGE_PARAMETERS),
    blocks: new Float64Array(judgeCount * JUDGE_BLOCK),
    couplings: new Float64Array(model.touched.rows.length * JUDGE_PARAMETERS),
  };
  addGlobalPriors(assembly);
  // A judge without votes stays where its prior is and says nothing about anything.
  for (let judge = 0; judge < judgeCount; judge++)
    if (model.starts[judge] !== model.starts[judge + 1]) addJudge(assembly, judge);
  const factor = tryFactorise(assembly.schur);
  if (factor === undefined) return undefined;
  const { globalGradient, localGradient } = assembly;
  return { globalGradient, localGradient, factor, step: () => solveArrow(assembly, factor) };
}

function addGlobalPriors({ model, point, schur, globalGradient }: Assembly): void {
  const { itemCount } = model.cells;
  const precision = 1 / model.priors.strengthDeviation ** 2;
  for (let item = 0; item < itemCount; item++) {
    globalGradient[item] = -precision * (point.strengths[item] as number);
    schur.entries[item * schur.size + item] = precision;
  }
  const common = 1 / model.priors.commonPositionDeviation ** 2;
  globalGradient[itemCount] = -common * point.commonPosition;
  schur.entries[itemCount * schur.size + itemCount] = common;
}

/** Adds one judge's votes and priors, and eliminates its numbers. */
function addJudge(assembly: Assembly, judge: number): void {
  const { model, point, curvature, schur, globalGradient, localGradient, couplings } = assembly;
  const { cells, priors, style, starts, touched } = model;
  const { itemCount } = cells;
  const { strengths, local } = point;
  const { entries, size } = schur;
  const own = judge * JUDGE_PARAMETERS;
  const gamma = local[own] as number;
  const deviation = discriminationDeviation(model, judge);
  const gammaPrecision = deviation > 0 ? 1 / deviation ** 2 : 0;
  const positionPrecision = 1 / priors.positionDeviation ** 2;
  const stylePrecision = 1 / priors.styleDeviation ** 2;
  const offset = (local[own + 1] as number) - point.commonPosition;
  let gradientGamma = -gammaPrecision * (gamma - (model.priorMeans[judge] as number));
  let gradientPosition = -positionPrecision * offset;
  let gradientStyle = -stylePrecision * (local[own + 2] as number);
  let [gg, gq, gc, qq, qc, cc] = [gammaPrecision, 0, 0, positionPrecision, 0, stylePrecision];

  const firstPlace = (touched.starts[judge] as number) * JUDGE_PARAMETERS;
  const lastPlace = (touched.starts[judge + 1] as number) * JUDGE_PARAMETERS;
  for (let cell = starts[judge] as number; cell < (starts[judge + 1] as number); cell++) {
    const a = cells.firsts[cell] as number;
    const b = cells.seconds[cell] as number;
    const wins = cells.firstWins[cell] as number;
    const total = wins + (cells.secondWins[cell] as number);
    const p = preference(model, point, cell);
    const residual = wins - total * p;
    const information = total * p * (1 - p);
    const gap = (strengths[a] as number) - (strengths[b] as number);
    const shown = cells.ordered[cell] as number;
    const taste = (style[a] as number) - (style[b] as number);

    globalGradient[a]! += residual * gamma;
    globalGradient[b]! -= residual * gamma;
    gradientGamma += residual * gap;
    gradientPosition += residual * shown;
    gradientStyle += residual * taste;

    const between = information * gamma * gamma;
    entries[a * size + a]! += between;
    entries[b * size + b]! += between;
    entries[a > b ? a * size + b : b * size + a]! -= between;
    gg += information * gap * gap;
    gq += information * gap * shown;
    gc += information * gap * taste;
    qq += information * shown;
    qc += information * shown * taste;
    cc += information * taste * taste;

    const cross = information * gamma * gap - (curvature === 'exact' ? residual : 0);
    const first = firstPlace + (touched.first[cell] as number) * JUDGE_PARAMETERS;
    const second = firstPlace + (touched.second[cell] as number) * JUDGE_PARAMETERS;
    couplings[first]! += cross;
    couplings[first + 1]! += information * gamma * shown;
    couplings[first + 2]! += information * gamma * taste;
    couplings[second]! -= cross;
    couplings[second + 1]! -= information * gamma * shown;
    couplings[second + 2]! -= information * gamma * taste;
  }
  globalGradient[itemCount]! += positionPrecision * offset;
  entries[itemCount * size + itemCount]! += positionPrecision;
  couplings[lastPlace - 2] = -positionPrecision;

  const held =
    deviation === 0 ||
    (gamma <= 0 && gradientGamma <= 0) ||
    (gamma >= (model.priorMeans[judge] as number) && gradientGamma >= 0);
  if (held) {
    gradientGamma = 0;
    [gg, gq, gc] = [1, 0, 0];
    for (let place = firstPlace; place < lastPlace; place += JUDGE_PARAMETERS) couplings[place] = 0;
  }
  localGradient[own] = gradientGamma;
  localGradient[own + 1] = gradientPosition;
  localGradient[own + 2] = gradientStyle;
  factoriseJudgeBlock(assembly.blocks, judge, [gg, gq, gc, qq, qc, cc]);
  eliminate(assembly, judge);
}

/** Subtracts C D⁻¹ Cᵀ, with D = L Lᵀ, as W Wᵀ for W = C L⁻ᵀ. Rows ascend, so that the lower half is what is met. */
function eliminate({ model, schur, blocks, couplings }: Assembly, judge: number): void {
  const { starts, rows } = model.touched;
  const { entries, size } = schur;
  const from = starts[judge] as number;
  const count = (starts[judge + 1] as number) - from;
  const reduced = reduceCouplings(blocks, judge, couplings.subarray(3 * from, 3 * (from + count)));
  for (let i = 0; i < count; i++) {
    const row = (rows[from + i] as number) * size;
    const w0 = reduced[3 * i] as number;
    const w1 = reduced[3 * i + 1] as number;
    const w2 = reduced[3 * i + 2] as number;
    for (let k = 0; k <= i; k++)
      entries[row + (rows[from + k] as number)]! -=
        w0 * (reduced[3 * k] as number) + w1 * (reduced[3 * k + 1] as number) + w2 * (reduced[3 * k + 2] as number);
  }
}

function solveArrow(
  { model, blocks, couplings, globalGradient, localGradient }: Assembly,
  factor: SquareMatrix,
): { readonly global: Float64Array; readonly local: Float64Array } {
  const { starts, rows } = model.touched;
  const right = Float64Array.from(globalGradient);
  const local = new Float64Array(localGradient.length);
  const judges = [...model.priorMeans.keys()].filter((judge) => starts[judge] !== starts[judge + 1]);
  for (const judge of judges) {
    const own = judge * JUDGE_PARAMETERS;
    solveJudgeBlock(blocks, judge, localGradient.subarray(own, own + 3), local.subarray(own, own + 3));
    for (let place = starts[judge] as number; place < (starts[judge + 1] as number); place++)
      right[rows[place] as number]! -=
        (couplings[3 * place] as number) * (local[own] as number) +
        (couplings[3 * place + 1] as number) * (local[own + 1] as number) +
        (couplings[3 * place + 2] as number) * (local[own + 2] as number);
  }
  const global = solve(factor, right);
  const rest = new Float64Array(JUDGE_PARAMETERS);
  for (const judge of judges) {
    const own = judge * JUDGE_PARAMETERS;
    rest.set(localGradient.subarray(own, own + 3));
    for (let place = starts[judge] as number; place < (starts[judge + 1] as number); place++)
      for (let part = 0; part < JUDGE_PARAMETERS; part++)
        rest[part]! -= (couplings[3 * place + part] as number) * (global[rows[place] as number] as number);
    solveJudgeBlock(blocks, judge, rest, local.subarray(own, own + 3));
  }
  return { global, local };
}
