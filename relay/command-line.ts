import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Result, err, failure, messageOf, ok } from '#vocabulary';
import {
  type ConfigError,
  type RelayConfig,
  type Settings,
  defined,
  numberOf,
  readConfig,
  readConfigFile,
  readEnvironment,
} from './config.ts';
import { DEFAULT_PORT } from './running-server.ts';

export const usage = `npm start -- [options]
  --port NUMBER         listen on exactly this port (also: PORT); default ${DEFAULT_PORT} or the next free one
  --host ADDRESS        listen on this address; default 127.0.0.1, this machine only
  --model FILE          use this copy of the default model (also: PEERAGE_MODEL)
  --dev                 serve the sources with hot reload
  --build-only          build the page and end
  --help                show this

For a relay that many use (relay/deploy/README.md):
  --config FILE         read settings from this JSON file (also: PEERAGE_CONFIG)
  --relay-only          no page and no model, only a relay
  --public-address URL  where tabs reach this relay, for example https://relay.example
  --peer-relay ADDRESS  another relay of the same swarm, as it prints itself; may be repeated
  --allow-origin URL    a page from elsewhere may use this relay; may be repeated, * allows all
  --trust-proxy NUMBER  so many proxies in front append to X-Forwarded-For
  --key-file FILE       keep the relay's key here
  --drain SECONDS       how long SIGTERM waits for tabs to go elsewhere; default 10
  --log words|json      words for people or one JSON object a line`;

export interface CommandLine {
  readonly config: RelayConfig;
  readonly dev: boolean;
  readonly buildOnly: boolean;
}

/** Reads what was asked for from all places; `help` when that was asked for. */
export async function readCommandLine(
  commandLine: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Result<CommandLine | 'help', ConfigError>> {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(commandLine);
  } catch (cause) {
    return err(failure('bad-config', messageOf(cause), usage));
  }
  if (values.help) return ok('help');

  const fileName = values.config ?? env['PEERAGE_CONFIG'];
  const file = fileName === undefined ? ok<Settings>({}) : await readFileAt(fileName);
  if (!file.ok) return file;
  const config = readConfig([settingsOf(values), readEnvironment(env, file.value.turn), file.value]);
  return config.ok ? ok({ config: config.value, dev: values.dev, buildOnly: values['build-only'] }) : config;
}

async function readFileAt(name: string): Promise<Result<Settings, ConfigError>> {
  try {
    return readConfigFile(name, await readFile(name, 'utf8'));
  } catch (cause) {
    return err(failure('bad-config', `The configuration cannot be read: ${messageOf(cause)}.`));
  }
}

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      model: { type: 'string' },
      dev: { type: 'boolean', default: false },
      'build-only': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      config: { type: 'string' },
      'relay-only': { type: 'boolean' },
      'public-address': { type: 'string' },
      'peer-relay': { type: 'string', multiple: true },
      'allow-origin': { type: 'string', multiple: true },
      'trust-proxy': { type: 'string' },
      'key-file': { type: 'string' },
      drain: { type: 'string' },
      log: { type: 'string' },
    },
  });
  return values;
}

function settingsOf(values: ReturnType<typeof parse>): Settings {
  return defined({
    port: numberOf(values.port),
    host: values.host,
    model: values.model,
    relayOnly: values['relay-only'],
    publicAddress: values['public-address'],
    peerRelays: values['peer-relay'],
    allowedOrigins: values['allow-origin'],
    trustProxy: numberOf(values['trust-proxy']),
    keyFile: values['key-file'],
    drainSeconds: numberOf(values.drain),
    log: values.log,
  });
}
