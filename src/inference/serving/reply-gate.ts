import { failure } from '#vocabulary';
import type { GenerateEvent } from '../engine.ts';

type Emit = (event: GenerateEvent) => void;

export interface ReplyGate {
  emit: Emit;
  /** Tokens of the text that went through. */
  tokens(): number;
  /**
   * Runs an attempt at the reply, and a second one when the device was lost in the first. The same seed writes the same
   * text again: what went out already is left out, and a second text that begins otherwise is an error.
   */
  survive(attempt: (emit: Emit) => Promise<void>): Promise<void>;
}

const changedCourse = failure(
  'device-lost',
  'The graphics processor was lost in the middle of a reply, and a second try began another one.',
  'Ask again.',
);

/** Lets the events of one reply through, up to and with the first last one. */
export function createReplyGate(emit: Emit): ReplyGate {
  let tokens = 0;
  let sent = '';
  let isShut = false;

  const pass: Emit = (event) => {
    if (isShut) return;
    if (event.type === 'text') {
      tokens = event.tokens;
      sent += event.text;
    } else isShut = true;
    emit(event);
  };

  return {
    emit: pass,
    tokens: () => tokens,
    async survive(attempt) {
      let isLost = false;
      await attempt((event) => {
        if (event.type === 'error' && event.error.type === 'device-lost') isLost = true;
        else pass(event);
      });
      if (!isLost || isShut) return;
      let repeated = '';
      const wanted = sent;
      await attempt((event) => {
        if (event.type !== 'text' || repeated.length >= wanted.length) return pass(event);
        repeated += event.text;
        const length = Math.min(repeated.length, wanted.length);
        if (repeated.slice(0, length) !== wanted.slice(0, length)) return pass({ type: 'error', error: changedCourse });
        if (repeated.length > length) pass({ ...event, text: repeated.slice(length) });
      });
    },
  };
}
