/** The product's worker, on a graphics processor that a test can take away. */
import '../../../src/inference/onnx/worker.ort.ts';

const { requestDevice } = GPUAdapter.prototype;
GPUAdapter.prototype.requestDevice = async function breakable(this: GPUAdapter, descriptor?: GPUDeviceDescriptor) {
  const device = await requestDevice.call(this, descriptor);
  new BroadcastChannel('break the device').addEventListener('message', () => device.destroy());
  return device;
};
