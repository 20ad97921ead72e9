import { type EngineKind, type ModelPackage, createAnyEngine } from '#inference';
import { asModelId } from '#vocabulary';
import { type Side, timeTexts } from './side.ts';

export const engine = createAnyEngine();

/** The product's engine. */
export function createOurs(kind: EngineKind, openModel: () => Promise<ModelPackage>): Side {
  return {
    async load(options) {
      const loaded = await engine.load({
        modelId: asModelId(kind),
        engine: kind,
        model: await openModel(),
        ...options,
      });
      if (!loaded.ok) throw new Error(`${loaded.error.type}: ${loaded.error.message}`);
    },
    write: ({ question, maxTokens }) =>
      timeTexts(async function* read() {
        const messages = [{ role: 'user', content: question }] as const;
        const stream = engine.generate({ messages, maxTokens, temperature: 0, topP: 1, seed: 1 });
        for await (const event of stream) {
          if (event.type === 'error') throw new Error(`${event.error.type}: ${event.error.message}`);
          if (event.type === 'text') yield { text: event.text, tokens: event.tokens };
          else yield { text: '', tokens: event.tokens, promptTokens: event.promptTokens };
        }
      }),
    unload: () => engine.unload(),
  };
}
