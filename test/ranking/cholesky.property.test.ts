import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMatrix, factorise, inverseDiagonal, solve } from '../../src/ranking/numerics/cholesky.ts';

/** B Bᵀ + I is positive definite for every B. */
const arbitraryMatrix = fc.integer({ min: 1, max: 6 }).chain((size) =>
  fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: size * size, maxLength: size * size }).map((b) => {
    const matrix = createMatrix(size);
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++) {
        let sum = row === column ? 1 : 0;
        for (let k = 0; k < size; k++) sum += (b[row * size + k] as number) * (b[column * size + k] as number);
        matrix.entries[row * size + column] = sum;
      }
    return matrix;
  }),
);

describe('Cholesky factor', () => {
  test('solves what it factorised, and its inverse diagonal belongs to the same inverse', () => {
    fc.assert(
      fc.property(arbitraryMatrix, (matrix) => {
        const factor = factorise(matrix);
        const diagonal = inverseDiagonal(factor);
        for (let column = 0; column < matrix.size; column++) {
          const unit = new Float64Array(matrix.size);
          unit[column] = 1;
          const solution = solve(factor, unit);
          for (let row = 0; row < matrix.size; row++) {
            let product = 0;
            for (let k = 0; k < matrix.size; k++)
              product += (matrix.entries[row * matrix.size + k] as number) * (solution[k] as number);
            expect(product).toBeCloseTo(row === column ? 1 : 0, 8);
          }
          expect(diagonal[column]).toBeCloseTo(solution[column] as number, 8);
        }
      }),
    );
  });

  test('refuses a matrix that is not positive definite', () => {
    const matrix = createMatrix(2);
    matrix.entries.set([1, 2, 2, 1]);
    expect(() => factorise(matrix)).toThrow(/positive definite/);
  });
});
