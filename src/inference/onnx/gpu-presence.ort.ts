import { isSoftwareAdapter } from '../device/device-facts.ts';

/** Whether there is a graphics processor: software that imitates one is slower than the engine for processors. */
export async function hasHardwareGpu(): Promise<boolean> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return false;
  const { vendor, architecture, description, isFallbackAdapter: isFallback = false } = adapter.info;
  return !isSoftwareAdapter({ isFallback, vendor, architecture, description });
}
