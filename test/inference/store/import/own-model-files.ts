/** Small models of each format, as a person would choose them from a disk. */
import type { NamedBlob } from '#inference';
import { writeOnnxModel } from '../../../../src/inference/ort/onnx-writer.ts';
import { writeTinyGguf } from '../../tiny-gguf.ts';
import { writeTinyMlc } from '../../webllm/tiny-mlc.ts';

export const json = (value: unknown): Blob => new Blob([JSON.stringify(value)]);

export const wasm = new Blob([Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)]);

export function ggufFiles(name = 'tiny.gguf'): NamedBlob[] {
  return [{ name, blob: writeTinyGguf() }];
}

/** As a browser gives a chosen folder: every path begins with its name. */
export function mlcFiles(folder = 'tiny-q0f32-MLC/'): NamedBlob[] {
  const { files } = writeTinyMlc(wasm);
  return [
    ...[...files].map(([name, blob]) => ({
      name: `${folder}${name === 'model.wasm' ? 'tiny-webgpu.wasm' : name}`,
      blob,
    })),
    { name: `${folder}README.md`, blob: new Blob(['# A model']) },
  ];
}

export const weightsBytes = 6 * 4 * 4;

export function onnxGraph(weightsName: string | undefined = 'model.onnx_data'): Blob {
  const model = writeOnnxModel({
    nodes: [{ operator: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    inputs: [{ name: 'x', type: 'float32', shape: ['rows', 6] }],
    outputs: [{ name: 'y', type: 'float32', shape: ['rows', 4] }],
    constants: [{ name: 'bias', type: 'float32', shape: [4], data: new Uint8Array(16) }],
    weights:
      weightsName === undefined ? [] : [{ name: weightsName, type: 'float32', shape: [6, 4], sizeBytes: weightsBytes }],
  });
  return new Blob([Uint8Array.from(model)]);
}

export function onnxFiles(): NamedBlob[] {
  return [
    { name: 'smol/onnx/model_q4.onnx', blob: onnxGraph() },
    { name: 'smol/onnx/model.onnx_data', blob: new Blob([new Uint8Array(weightsBytes)]) },
    { name: 'smol/tokenizer.json', blob: json({ model: { type: 'BPE' }, added_tokens: [] }) },
    { name: 'smol/tokenizer_config.json', blob: json({ chat_template: '{{ messages }}' }) },
    {
      name: 'smol/config.json',
      blob: json({
        model_type: 'llama',
        architectures: ['LlamaForCausalLM'],
        hidden_size: 6,
        num_hidden_layers: 2,
        num_attention_heads: 2,
        num_key_value_heads: 1,
        intermediate_size: 10,
        vocab_size: 100,
        max_position_embeddings: 4_096,
      }),
    },
  ];
}

export function without(files: readonly NamedBlob[], end: string): NamedBlob[] {
  return files.filter(({ name }) => !name.endsWith(end));
}

export function replaced(files: readonly NamedBlob[], end: string, blob: Blob): NamedBlob[] {
  return files.map((file) => (file.name.endsWith(end) ? { ...file, blob } : file));
}
