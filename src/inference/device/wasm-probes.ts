/**
 * Small WebAssembly modules, written byte by byte: a browser that finds one valid has the feature in it, and one of them
 * measures how fast a thread computes. Numbers are opcodes of the WebAssembly specification.
 */

const type = { i32: 0x7f, f32: 0x7d, v128: 0x7b };
const op = {
  loop: 0x03,
  end: 0x0b,
  branchIf: 0x0d,
  drop: 0x1a,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Const: 0x41,
  i32LessUnsigned: 0x49,
  i32Add: 0x6a,
  i32Subtract: 0x6b,
  f32Add: 0x92,
  noResult: 0x40,
};
const simd = {
  load: [0xfd, 0x00],
  splatI8: [0xfd, 0x0f],
  extractF32: [0xfd, 0x1f],
  add: [0xfd, 0xe4, 0x01],
  multiply: [0xfd, 0xe6, 0x01],
  relaxedMultiplyAdd: [0xfd, 0x85, 0x02],
};

interface OneFunction {
  readonly parameters?: readonly number[];
  readonly results?: readonly number[];
  /** Encoded groups of locals. */
  readonly locals?: readonly (readonly number[])[];
  readonly code: readonly number[];
  /** Limits of a memory, as encoded. */
  readonly memory?: readonly number[];
  readonly exports?: readonly number[];
}

/** A module with one function. */
function moduleOf({ parameters = [], results = [], locals = [], code, memory, exports }: OneFunction): Uint8Array {
  const body = [...list(locals), ...code, op.end];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([[0x60, ...list(parameters.map(single)), ...list(results.map(single))]])),
    ...section(3, list([[0]])),
    ...(memory === undefined ? [] : section(5, list([memory]))),
    ...(exports === undefined ? [] : section(7, exports)),
    ...section(10, list([[...unsigned(body.length), ...body]])),
  ]);
}

export const probes: Readonly<Record<'simd' | 'relaxedSimd' | 'exceptions' | 'sharedMemory', Uint8Array>> = {
  simd: moduleOf({ code: [...zeros(), op.drop] }),
  relaxedSimd: moduleOf({ code: [...zeros(), ...zeros(), ...zeros(), ...simd.relaxedMultiplyAdd, op.drop] }),
  // try … catch_all … end, the form that llama.cpp's build uses.
  exceptions: moduleOf({ code: [0x06, op.noResult, 0x19, op.end] }),
  // i32.atomic.load of a shared memory.
  sharedMemory: moduleOf({ memory: [0x03, 1, 1], code: [op.i32Const, 0, 0xfe, 0x10, 2, 0, op.drop] }),
};

/** Bytes of each operand in one step of the loop; sizes must be multiples. */
export const DOT_STEP_BYTES = 64;

/**
 * `dot(a, b, bytes, repeats)`: sums the products of two vectors of 32-bit floats in `memory`, again and again. Over a few
 * kilobytes it counts additions and multiplications, over megabytes the speed of memory.
 */
export function dotModule(): Uint8Array {
  const [a, b, bytes, repeats, offset, firstSum] = [0, 1, 2, 3, 4, 5];
  const sums = [0, 1, 2, 3].map((lane) => firstSum + lane);
  const load = (pointer: number, lane: number): number[] => [
    ...[op.localGet, pointer, op.localGet, offset, op.i32Add],
    ...[...simd.load, 4, lane * 16],
  ];
  const step = sums.flatMap((sum, lane) => [
    ...[op.localGet, sum],
    ...[...load(a, lane), ...load(b, lane), ...simd.multiply],
    ...[...simd.add, op.localSet, sum],
  ]);
  const next = [op.localGet, offset, op.i32Const, ...signed(DOT_STEP_BYTES), op.i32Add, op.localTee, offset];
  const total = sums.flatMap((sum, lane) => [op.localGet, sum, ...(lane === 0 ? [] : simd.add)]);
  const lanes = [0, 1, 2, 3].flatMap((lane) => [
    ...[op.localGet, firstSum, ...simd.extractF32, lane],
    ...(lane === 0 ? [] : [op.f32Add]),
  ]);
  return moduleOf({
    parameters: [type.i32, type.i32, type.i32, type.i32],
    results: [type.f32],
    locals: [
      [1, type.i32],
      [sums.length, type.v128],
    ],
    memory: [0x00, 1],
    exports: list([
      [...name('dot'), 0x00, 0],
      [...name('memory'), 0x02, 0],
    ]),
    code: [
      ...[op.loop, op.noResult],
      ...[op.i32Const, 0, op.localSet, offset],
      ...[op.loop, op.noResult, ...step, ...next, op.localGet, bytes, op.i32LessUnsigned, op.branchIf, 0, op.end],
      ...[op.localGet, repeats, op.i32Const, 1, op.i32Subtract, op.localTee, repeats, op.branchIf, 0],
      op.end,
      ...[...total, op.localSet, firstSum, ...lanes],
    ],
  });
}

function zeros(): number[] {
  return [op.i32Const, 0, ...simd.splatI8];
}

function single(value: number): readonly number[] {
  return [value];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function name(text: string): number[] {
  return list([...text].map((letter) => [letter.charCodeAt(0)]));
}

/** Variable-length integers (LEB128). */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
