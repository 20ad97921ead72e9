import { parseArgs } from 'node:util';
import { type EngineKind, engineKinds } from '../../src/inference/model.ts';

export const usage = `npm run swarm -- --ask "QUESTION" [options]
  --ask TEXT        the question the first peer asks
  --peers N         how many tabs take part, 1 to 35; default 3; fewer than 3 cannot rank each other
  --json            print one JSON object at the end of stdout, progress on stderr
  --engine KIND     ${engineKinds.join(', ')}; default: what suits the machine best
  --model PATH      use this copy of the default model, or the model whose files are in this folder
  --timeout S       give up after this many seconds; default 300
  --screenshot FILE save a picture of the asking tab at the end
  --headed          show the browser
  --help            show this`;

export interface SwarmCommand {
  readonly question: string;
  readonly peers: number;
  readonly json: boolean;
  readonly engine: EngineKind | undefined;
  readonly model: string | undefined;
  readonly timeoutMs: number;
  readonly screenshot: string | undefined;
  readonly headed: boolean;
}

/** Reads the command line. Throws with a sentence for the person at the terminal. */
export function readCommand(args: readonly string[]): SwarmCommand | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ask: { type: 'string' },
      peers: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      engine: { type: 'string' },
      model: { type: 'string' },
      timeout: { type: 'string', default: '300' },
      screenshot: { type: 'string' },
      headed: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const question = values.ask?.trim() ?? '';
  if (question === '') throw new Error('There is no question: --ask "Why is the sky blue?"');
  return {
    question,
    peers: readWhole('--peers', values.peers, 1, 35),
    json: values.json,
    engine: readEngine(values.engine),
    model: values.model,
    timeoutMs: 1_000 * readWhole('--timeout', values.timeout, 1, 86_400),
    screenshot: values.screenshot,
    headed: values.headed,
  };
}

function readEngine(name: string | undefined): EngineKind | undefined {
  const kind = engineKinds.find((one) => one === name);
  if (name !== undefined && kind === undefined)
    throw new Error(`--engine takes ${engineKinds.join(', ')}, not "${name}".`);
  return kind;
}

function readWhole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/u.test(text) || value < least || value > most) {
    throw new Error(`${name} takes a whole number from ${least} to ${most}, not "${text}".`);
  }
  return value;
}
