import { failure } from '#vocabulary';
import type { EngineError } from '../engine.ts';

/** What went wrong on a graphics processor without an exception. */
export interface DeviceTrouble {
  readonly isOutOfMemory: boolean;
  readonly message: string;
}

/** What is known of the device when a task has failed. */
export interface DeviceState {
  readonly isLost: boolean;
  readonly trouble: DeviceTrouble | undefined;
}

/** An exception out of web-llm, and what it was doing. */
export interface LibraryFailure {
  readonly name: string;
  readonly message: string;
  readonly isLoading: boolean;
}

const MAX_QUOTED = 300;
const noGpuRemedy = 'Use a current Chrome, Edge or Safari with hardware acceleration, or another engine.';
const memoryRemedy = 'Choose a smaller model or a shorter context, or close other tabs.';

export const noGpu = failure(
  'unsupported',
  'This browser offers no fitting graphics processor to web pages.',
  noGpuRemedy,
);
export const noF16 = failure(
  'unsupported',
  'This graphics processor has no 16-bit numbers, which the model needs.',
  'Choose the variant of the model whose name has f32 instead of f16, such as q4f32_1.',
);
export const stopped = failure('aborted', 'The request was stopped.');

const outOfMemory = failure('out-of-memory', 'The memory does not suffice for this model.', memoryRemedy);
const deviceLost = failure('device-lost', 'The graphics processor was taken away.', 'Ask again.');

/** web-llm's own checks of what the device offers. */
const capabilityErrors = new Set(['WebGPUNotAvailableError', 'WebGPUNotFoundError', 'FeatureSupportError']);

/** What the failure of a task means. */
export function explainFailure({ name, message, isLoading }: LibraryFailure, device: DeviceState): EngineError {
  const quoted = message.slice(0, MAX_QUOTED);
  if (name === 'GrammarMatcherInitError') return failure('unsupported', `The schema cannot be followed: ${quoted}`);
  if (device.trouble?.isOutOfMemory === true) return outOfMemory;
  if (device.isLost) return deviceLost;
  if (name === 'ShaderF16SupportError') return noF16;
  if (capabilityErrors.has(name) || isTooLittle(message)) return failure('unsupported', quoted, noGpuRemedy);
  // There is no type of error for short memory.
  if (/out of memory|allocation failed|could not allocate/i.test(message)) return outOfMemory;
  return isLoading
    ? failure(
        'load-failed',
        `The model cannot be loaded: ${quoted}`,
        'Remove it and get it again, or choose another one.',
      )
    : failure('engine-crashed', `web-llm failed: ${quoted}`, 'Try again.');
}

/** What a task's result is worth when the device had trouble under it: undefined where it is sound. */
export function explainTrouble({ isLost, trouble }: DeviceState): EngineError | undefined {
  if (trouble?.isOutOfMemory === true) return outOfMemory;
  if (isLost) return deviceLost;
  if (trouble === undefined) return undefined;
  const what = `The graphics processor refused a step: ${trouble.message.slice(0, MAX_QUOTED)}`;
  return failure('engine-crashed', what, 'Try again.');
}

/** The runtime's words for limits of the device that lie below what it needs. */
function isTooLittle(message: string): boolean {
  return /^Cannot initialize runtime|^Unable to find a compatible GPU|requires (?:unsupported WebGPU feature|max)/.test(
    message,
  );
}
