/** The worker that runs a decoder on the processor. */
import { createDecoder } from './decoder.ts';
import { readEmbedding } from './embedding.ts';
import { openNetwork } from './network.ort.ts';
import type { StartMessage } from './protocol.ts';
import { serveTasks } from './task-server.ort.ts';
import { generate, predict, score, states } from './tasks.ts';

serveTasks<StartMessage>(async (start, clock) => {
  const entry = start.tensors.get('token_embd.weight');
  if (entry === undefined) throw new Error('There is no embedding.');
  const run = await openNetwork(start);
  const embedding = await readEmbedding(start.file, entry);
  const decoder = createDecoder({ shape: start.shape, embedding, run, ...clock });
  return {
    perform(task, tell) {
      switch (task.type) {
        case 'generate':
          return generate(decoder, task, tell);
        case 'score':
          return score(decoder, task, tell);
        case 'predict':
          return predict(decoder, task, tell);
        case 'states':
          return states(decoder, task, tell);
      }
    },
  };
});
