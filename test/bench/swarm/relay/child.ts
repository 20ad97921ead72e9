import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A program of this folder in a process of its own, which answers each message with one. It ends when let go. */
export interface Child {
  /** What it says next; rejects when it ends instead. */
  answer(): Promise<unknown>;
  ask(question: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

export function startChild(file: string): Child {
  const child = fork(join(import.meta.dirname, file), { execArgv: ['--expose-gc'] });
  const exited = once(child, 'exit');
  const answer = async (): Promise<unknown> => {
    const [message] = (await Promise.race([
      once(child, 'message'),
      exited.then(() => Promise.reject(new Error(`${file} ended`))),
    ])) as [unknown];
    return message;
  };
  return {
    answer,
    ask(question) {
      child.send(question as object);
      return answer();
    },
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
