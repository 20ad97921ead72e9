/**
 * exp and log from IEEE 754 additions, multiplications and divisions only. ECMAScript leaves the last bits of `Math.exp`
 * and `Math.log` to the engine; these give the same bytes in every browser, so that peers agree on a fit exactly.
 * Both stay within 4 units in the last place of the true value (tested against `Math`).
 */
const LN2_HIGH = 6.931_471_803_691_238_2e-1;
const LN2_LOW = 1.908_214_929_270_587_7e-10;
const INVERSE_LN2 = 1.442_695_040_888_963_4;
/** Beyond this exp leaves the range of normal doubles; callers need no more than e^±700. */
const EXP_LIMIT = 700;

const exponentView = new DataView(new ArrayBuffer(8));

/** 1/14!, 1/13!, ... 1/0!: Taylor coefficients of exp, in the order Horner's scheme takes them. */
const EXP_COEFFICIENTS = Float64Array.from({ length: 15 }, (_, place) => {
  let factorial = 1;
  for (let factor = 2; factor <= 14 - place; factor++) factorial *= factor;
  return 1 / factorial;
});
/** 1/25, 1/23, ... 1/1: coefficients of artanh. */
const ARTANH_COEFFICIENTS = Float64Array.from({ length: 13 }, (_, place) => 1 / (25 - 2 * place));

/** 2^k of all normal doubles, k from -1022; doubling is exact. */
const POWERS_OF_TWO = new Float64Array(2_046);
POWERS_OF_TWO[0] = 2.225_073_858_507_201_4e-308;
for (let place = 1; place < POWERS_OF_TWO.length; place++)
  POWERS_OF_TWO[place] = 2 * (POWERS_OF_TWO[place - 1] as number);

/** e^x, with x clipped to ±700. */
export function exp(x: number): number {
  const clipped = x > EXP_LIMIT ? EXP_LIMIT : x < -EXP_LIMIT ? -EXP_LIMIT : x;
  const exponent = Math.round(clipped * INVERSE_LN2);
  const rest = clipped - exponent * LN2_HIGH - exponent * LN2_LOW;
  // Taylor, Horner form: |rest| <= ln(2)/2, so the first neglected term is below 1e-18.
  let series = 0;
  for (let place = 0; place < 15; place++) series = series * rest + (EXP_COEFFICIENTS[place] as number);
  return series * (POWERS_OF_TWO[exponent + 1022] as number);
}

/** Natural logarithm of a positive normal number. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) throw new RangeError(`log of ${x}`);
  exponentView.setFloat64(0, x);
  const high = exponentView.getUint32(0);
  let exponent = (high >>> 20) - 1023;
  exponentView.setUint32(0, (high & 0x000f_ffff) | 0x3ff0_0000);
  let mantissa = exponentView.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  // log m = 2 artanh((m-1)/(m+1)); |ratio| <= 0.172, so ratio^2 shrinks each term by 0.03.
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let series = 0;
  for (let place = 0; place < 13; place++) series = series * square + (ARTANH_COEFFICIENTS[place] as number);
  return exponent * LN2_HIGH + (2 * ratio * series + exponent * LN2_LOW);
}

/** 1 / (1 + e^-x), without cancellation at either end. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const power = exp(x);
  return power / (1 + power);
}

/** log(1 + e^x) = -log(logistic(-x)), without overflow. */
export function softplus(x: number): number {
  return x > 0 ? x + log(1 + exp(-x)) : log(1 + exp(x));
}
