import { defaultModelFile } from '../../src/inference/catalogue.ts';

/** Where the development server has the model file that `npm start` keeps. */
const path = '/.models/SmolLM2-135M-Instruct.Q4_1.gguf';
const response = await fetch(path, { method: 'HEAD' });

/** Whether the default model's file is on this machine. */
export const realModelIsHere =
  response.ok && Number(response.headers.get('content-length')) === defaultModelFile.sizeBytes;

export async function fetchRealModel(): Promise<Blob> {
  return (await fetch(path)).blob();
}
