/** A browser that has no WebGPU, for what is imported after this. */
Reflect.deleteProperty(globalThis, 'GPUAdapter');
Object.defineProperty(navigator, 'gpu', { value: undefined });
