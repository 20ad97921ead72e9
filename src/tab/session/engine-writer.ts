import { err, failure, ok } from '#vocabulary';
import type { Engine } from '#inference';
import type { Writer } from '#judging';

/** Lets an engine answer for measuring, as it answers in a round. */
export function createEngineWriter(engine: Engine): Writer {
  return {
    async write({ question, signal, ...options }) {
      const messages = [{ role: 'user', content: question }] as const;
      const stream = engine.generate({ messages, ...options, ...(signal === undefined ? {} : { signal }) });
      let text = '';
      for await (const event of stream) {
        if (event.type === 'text') text += event.text;
        else if (event.type === 'error') return err(event.error);
        else if (event.reason === 'aborted') return err(failure('aborted', 'Writing was stopped.'));
      }
      return ok(text.trim());
    },
  };
}
