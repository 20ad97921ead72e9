import { describe, expect, test } from 'vitest';
import { explainFailure, explainTrouble } from '../../../src/inference/webllm/failures.ts';

const sound = { isLost: false, trouble: undefined };
const full = {
  isOutOfMemory: true,
  message: 'Buffer size (3221225472) exceeds the max buffer size limit (1073741824).',
};
const broken = { isOutOfMemory: false, message: 'Invalid ComputePipeline' };

describe('what failures of web-llm mean', () => {
  test.each([
    ['GrammarMatcherInitError', 'no grammar', 'unsupported'],
    ['ShaderF16SupportError', 'This model requires WebGPU extension shader-f16', 'unsupported'],
    ['WebGPUNotAvailableError', 'WebGPU is not supported in your current environment', 'unsupported'],
    [
      'Error',
      'Cannot initialize runtime because of requested maxStorageBuffersPerShaderStage exceeds limit.',
      'unsupported',
    ],
    ['Error', 'Unable to find a compatible GPU. This issue might be', 'unsupported'],
    ['ArtifactManifestError', 'Compiled artifact requires maxStorageBufferBindingSize 1', 'unsupported'],
    ['RangeError', 'Array buffer allocation failed', 'out-of-memory'],
    ['RangeError', 'WebAssembly.Memory(): could not allocate memory', 'out-of-memory'],
    ['CompileError', 'WebAssembly.instantiate(): expected magic word', 'load-failed'],
  ])('R41: while loading, a %s "%s" is `%s`', (name, message, type) => {
    expect(explainFailure({ name, message, isLoading: true }, sound).type).toBe(type);
  });

  test('R23, R41: what happened to the device says more than the exception it caused', () => {
    const failed = { name: 'Error', message: 'Object has already been disposed', isLoading: false };
    expect(explainFailure(failed, sound).type).toBe('engine-crashed');
    expect(explainFailure(failed, { isLost: true, trouble: undefined }).type).toBe('device-lost');
    expect(explainFailure(failed, { isLost: true, trouble: broken }).type).toBe('device-lost');
    expect(explainFailure(failed, { isLost: true, trouble: full }).type).toBe('out-of-memory');
    expect(explainFailure({ ...failed, message: 'x'.repeat(10_000) }, sound).message.length).toBeLessThan(400);
  });

  test('R41: results of a device in trouble are none', () => {
    expect(explainTrouble(sound)).toBeUndefined();
    expect(explainTrouble({ isLost: false, trouble: broken })?.type).toBe('engine-crashed');
    expect(explainTrouble({ isLost: false, trouble: full })?.type).toBe('out-of-memory');
    expect(explainTrouble({ isLost: true, trouble: undefined })?.type).toBe('device-lost');
  });
});
