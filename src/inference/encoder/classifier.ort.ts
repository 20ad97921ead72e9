import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import { type EncoderOptions, openEncoder } from './encoder.ort.ts';
import { softmax } from './vectors.ts';

/** A small classifier of texts. One text at a time, in the order of the calls. */
export interface TextClassifier {
  readonly labels: readonly string[];
  /** Probability of each label. */
  classify(text: string): Promise<Result<readonly number[], EngineError>>;
  close(): void;
}

/** A BERT encoder with a classification head, in a worker of its own. */
export async function openTextClassifier(options: EncoderOptions): Promise<Result<TextClassifier, EngineError>> {
  const opened = await openEncoder(options);
  if (!opened.ok) return opened;
  const encoder = opened.value;
  const { labels, positions } = encoder.shape;
  if (labels.length < 2) {
    encoder.end();
    return err(failure('load-failed', 'The model is no classifier.', 'Choose one with a classification head.'));
  }
  let last: Promise<unknown> = Promise.resolve();
  return ok({
    labels,
    classify(text) {
      const classified = last.then(async () => {
        const encoding = await encoder.run(text, positions);
        return encoding.ok ? ok(softmax(encoding.value.logits)) : encoding;
      });
      last = classified;
      return classified;
    },
    close: encoder.end,
  });
}
