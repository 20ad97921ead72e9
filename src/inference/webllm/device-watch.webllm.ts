import type { DeviceState, DeviceTrouble } from './failures.ts';

export interface DeviceWatch {
  /** With errors that web-llm does not report to its callers. */
  state(): DeviceState;
  /** After a failure: waits a moment for the news that the device is lost, which comes later than what it breaks. */
  settle(): Promise<void>;
}

const SETTLING_MS = 100;

/**
 * Watches the devices that web-llm asks for. It answers an allocation that failed by destroying its device, and a lost device
 * by throwing its objects away under the running request; neither says so.
 */
export function watchDevices(onLost: () => void): DeviceWatch {
  let trouble: DeviceTrouble | undefined;
  let isLost = false;
  const { promise: lost, resolve: lose } = Promise.withResolvers<void>();
  const note = (error: GPUError): void => {
    trouble ??= { isOutOfMemory: error instanceof GPUOutOfMemoryError, message: error.message };
  };
  const announceLoss = async (device: GPUDevice): Promise<void> => {
    await device.lost;
    isLost = true;
    lose();
    onLost();
  };
  const watch: DeviceWatch = {
    state: () => ({ isLost, trouble }),
    settle: () => Promise.race([lost, new Promise<void>((resolve) => void setTimeout(resolve, SETTLING_MS))]),
  };
  // Browsers without.
  if (!('GPUAdapter' in globalThis)) return watch;
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its own object.
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function watched(this: GPUAdapter, descriptor?: GPUDeviceDescriptor) {
    const device = await requestDevice.call(this, descriptor);
    device.addEventListener('uncapturederror', (event) => note((event as GPUUncapturedErrorEvent).error));
    const popErrorScope = device.popErrorScope.bind(device);
    // web-llm guards only allocations by scopes.
    device.popErrorScope = async () => {
      const error = await popErrorScope();
      // What follows from the missing buffer may have been noted before.
      if (error !== null) trouble = { isOutOfMemory: true, message: error.message };
      return error;
    };
    void announceLoss(device);
    return device;
  };
  return watch;
}
