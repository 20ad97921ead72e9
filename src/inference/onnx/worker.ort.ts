/** The worker that runs a decoder which keeps its own caches: one of an ONNX file, or one on the graphics processor. */
import { serveTasks } from '../ort/task-server.ort.ts';
import { createDecoderTasks } from './decoder-tasks.ts';
import type { GpuStart, OnnxStart } from './messages.ts';
import { openGgufOnGpu, openOnnxFile } from './sessions.ort.ts';

serveTasks<OnnxStart | GpuStart>(async (start, clock) => {
  const { session, lost } = await (start.source === 'onnx' ? openOnnxFile(start) : openGgufOnGpu(start));
  const tasks = createDecoderTasks(session);
  return { perform: (task, tell) => tasks.perform(task, { tell, ...clock }), ...(lost !== undefined && { lost }) };
});
