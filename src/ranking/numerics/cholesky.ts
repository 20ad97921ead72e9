/** Square matrix in rows of one flat array. */
export interface SquareMatrix {
  readonly size: number;
  readonly entries: Float64Array;
}

export function createMatrix(size: number): SquareMatrix {
  return { size, entries: new Float64Array(size * size) };
}

/** Covariance of independent numbers with these standard deviations. */
export function diagonalCovariance(deviations: Float64Array): SquareMatrix {
  const covariance = createMatrix(deviations.length);
  for (const [place, deviation] of deviations.entries())
    covariance.entries[place * deviations.length + place] = deviation * deviation;
  return covariance;
}

/** Lower-triangular L with L Lᵀ = `matrix`. The matrix must be symmetric and positive definite; only its lower half is read. */
export function factorise(matrix: SquareMatrix): SquareMatrix {
  const factor = tryFactorise(matrix);
  if (factor === undefined) throw new Error('Matrix is not positive definite');
  return factor;
}

/** As `factorise`; undefined where the matrix is not positive definite. */
export function tryFactorise(matrix: SquareMatrix): SquareMatrix | undefined {
  const { size, entries } = matrix;
  const factor = createMatrix(size);
  const lower = factor.entries;
  for (let row = 0; row < size; row++) {
    const rowStart = row * size;
    for (let column = 0; column <= row; column++) {
      const columnStart = column * size;
      let sum = at(entries, rowStart + column);
      for (let k = 0; k < column; k++) sum -= at(lower, rowStart + k) * at(lower, columnStart + k);
      if (row > column) lower[rowStart + column] = sum / at(lower, columnStart + column);
      else if (sum > 0) lower[rowStart + row] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return factor;
}

/** Solves L x = b. */
export function solveLower(factor: SquareMatrix, right: Float64Array): Float64Array {
  const { size, entries } = factor;
  const solution = Float64Array.from(right);
  for (let row = 0; row < size; row++) {
    let sum = at(solution, row);
    for (let k = 0; k < row; k++) sum -= at(entries, row * size + k) * at(solution, k);
    solution[row] = sum / at(entries, row * size + row);
  }
  return solution;
}

/** Solves Lᵀ x = b. For b of independent standard normals, x has covariance (L Lᵀ)⁻¹. */
export function solveUpper(factor: SquareMatrix, right: Float64Array): Float64Array {
  const { size, entries } = factor;
  const solution = Float64Array.from(right);
  for (let row = size - 1; row >= 0; row--) {
    let sum = at(solution, row);
    for (let k = row + 1; k < size; k++) sum -= at(entries, k * size + row) * at(solution, k);
    solution[row] = sum / at(entries, row * size + row);
  }
  return solution;
}

/** Solves L Lᵀ x = b. */
export function solve(factor: SquareMatrix, right: Float64Array): Float64Array {
  return solveUpper(factor, solveLower(factor, right));
}

/** Diagonal of (L Lᵀ)⁻¹: column i of L⁻¹ has the squared length of entry i. */
export function inverseDiagonal(factor: SquareMatrix): Float64Array {
  return Float64Array.from({ length: factor.size }, (_, column) => {
    const unit = new Float64Array(factor.size);
    unit[column] = 1;
    return solveLower(factor, unit).reduce((sum, value) => sum + value * value, 0);
  });
}

function at(values: Float64Array, index: number): number {
  return values[index] as number;
}
