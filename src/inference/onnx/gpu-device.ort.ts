/** What programs on the graphics processor may use at most; everything the adapter offers is asked for. */
const limitNames = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** ONNX Runtime's attention over more than 32 tokens counts on subgroups of at least this size (seen wrong with 4). */
const leastSubgroup = 8;

/** A device for ONNX Runtime; throws where there is none. */
export async function openGpuDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('This browser offers no graphics processor to web pages.');
  const { subgroupMaxSize = 0 } = adapter.info as { readonly subgroupMaxSize?: number };
  const wanted: readonly string[] = ['shader-f16', ...(subgroupMaxSize < leastSubgroup ? [] : ['subgroups'])];
  const requiredFeatures = wanted.filter((feature) => adapter.features.has(feature)) as GPUFeatureName[];
  const requiredLimits = Object.fromEntries(limitNames.map((name) => [name, adapter.limits[name]]));
  return adapter.requestDevice({ requiredFeatures, requiredLimits });
}
