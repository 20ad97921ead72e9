import { type TinyTensor, tinyBertSizes } from './tiny-bert.ts';

type Matrix = readonly (readonly number[])[];

/** BERT written from its paper, number by number: what the graph is held to. */
export function runBert(tensors: ReadonlyMap<string, TinyTensor>, prefix: string, ids: readonly number[]): Matrix {
  const { layers, width, heads, epsilon } = tinyBertSizes;
  const read = (name: string): TinyTensor => {
    const tensor = tensors.get(prefix + name);
    if (tensor === undefined) throw new Error(`There is no ${name}.`);
    return tensor;
  };
  const row = (name: string, index: number): readonly number[] => [
    ...read(name).values.subarray(index * width, (index + 1) * width),
  ];
  const linear = (input: Matrix, name: string): Matrix =>
    applyLinear(input, read(`${name}.weight`), read(`${name}.bias`));
  const norm = (input: Matrix, name: string): Matrix =>
    input.map((values) => {
      const mean = sum(values) / width;
      const deviation = Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / width + epsilon);
      const [scale, shift] = [read(`${name}.LayerNorm.weight`).values, read(`${name}.LayerNorm.bias`).values];
      return values.map((value, index) => ((value - mean) / deviation) * (scale[index] ?? 0) + (shift[index] ?? 0));
    });

  let stream = norm(
    ids.map((id, place) =>
      addRows(
        addRows(row('embeddings.word_embeddings.weight', id), row('embeddings.position_embeddings.weight', place)),
        row('embeddings.token_type_embeddings.weight', 0),
      ),
    ),
    'embeddings',
  );
  for (let layer = 0; layer < layers; layer++) {
    const block = `encoder.layer.${layer}`;
    const [queries, keys, values] = ['query', 'key', 'value'].map((part) =>
      linear(stream, `${block}.attention.self.${part}`),
    ) as [Matrix, Matrix, Matrix];
    const size = width / heads;
    const attended = queries.map((query) =>
      Array.from({ length: heads }, (_, head) => {
        const part = (values_: readonly number[]): readonly number[] => values_.slice(head * size, (head + 1) * size);
        const scores = keys.map((key) => Math.exp(dot(part(query), part(key)) / Math.sqrt(size)));
        return Array.from({ length: size }, (__, index) =>
          sum(values.map((value, place) => ((scores[place] ?? 0) / sum(scores)) * (part(value)[index] ?? 0))),
        );
      }).flat(),
    );
    const between = norm(
      addMatrices(linear(attended, `${block}.attention.output.dense`), stream),
      `${block}.attention.output`,
    );
    const wide = linear(between, `${block}.intermediate.dense`).map((values_) => values_.map(gelu));
    stream = norm(addMatrices(linear(wide, `${block}.output.dense`), between), `${block}.output`);
  }
  return stream;
}

export function applyLinear(input: Matrix, weight: TinyTensor, bias: TinyTensor): Matrix {
  const [outputs = 0, inputs = 0] = weight.shape;
  return input.map((values) =>
    Array.from({ length: outputs }, (_, output) => {
      const factors = [...weight.values.subarray(output * inputs, (output + 1) * inputs)];
      return dot(values, factors) + (bias.values[output] ?? 0);
    }),
  );
}

function gelu(value: number): number {
  return (value / 2) * (1 + errorFunction(value / Math.SQRT2));
}

/** Maclaurin series; exact to 1e-12 for the small arguments met here. */
function errorFunction(value: number): number {
  let term = value;
  let total = value;
  for (let n = 1; n < 200; n++) {
    term *= -(value * value) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

function addMatrices(a: Matrix, b: Matrix): Matrix {
  return a.map((row, index) => addRows(row, b[index] ?? []));
}

function addRows(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.map((value, index) => value + (b[index] ?? 0));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return sum(a.map((value, index) => value * (b[index] ?? 0)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
