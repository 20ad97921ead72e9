import * as v from 'valibot';
import { type Failure, type Result, err, failure, messageOf, ok } from '#vocabulary';
import { MAX_ICE_SERVERS } from '../src/swarm/constants.ts';
import { isIceUrl, isRelayAddress } from '../src/swarm/joining/rendezvous-wire.ts';
import { type RelayLimits, defaultLimits } from './limits.ts';
import { logLevels } from './log.ts';
import { isPublicAddress } from './public-address.ts';

/*
 * What whoever runs a relay may set: in a JSON file (`--config FILE`), in the environment, on the command line; later
 * ones win. The names below are those of the file.
 */

const whole = (least: number, most: number) =>
  v.pipe(
    v.number(`must be a number`),
    v.integer('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );
const text = v.pipe(v.string('must be text'), v.nonEmpty('must not be empty'), v.maxLength(4096, 'is too long'));
const iceUrls = (schemes: string, example: string) =>
  v.pipe(
    v.array(
      v.pipe(
        v.string('must be text'),
        v.check(
          (url) => isIceUrl(url) && url.startsWith(schemes),
          ({ input }) => `"${input}" is no address of a ${schemes.toUpperCase()} server; example: ${example}`,
        ),
      ),
      'must be a list',
    ),
    v.maxLength(MAX_ICE_SERVERS, `must be at most ${MAX_ICE_SERVERS}: each costs every connection time`),
  );

const limitEntries = Object.fromEntries(
  Object.keys(defaultLimits).map((name) => [
    name,
    v.exactOptional(whole(1, name === 'connections' ? 16_384 : 1_000_000)),
  ]),
) as { [K in keyof RelayLimits]: v.ExactOptionalSchema<ReturnType<typeof whole>, undefined> };

const schema = v.pipe(
  v.strictObject({
    port: v.exactOptional(whole(0, 65_535)),
    host: v.exactOptional(text),
    model: v.exactOptional(text),
    keyFile: v.exactOptional(text),
    relayOnly: v.exactOptional(v.boolean('must be true or false')),
    publicAddress: v.exactOptional(
      v.pipe(
        text,
        v.check(
          isPublicAddress,
          ({ input }) =>
            `"${input}" is no address of a relay; examples: https://relay.example or /dns/relay.example/tcp/443/tls/ws`,
        ),
      ),
    ),
    peerRelays: v.exactOptional(
      v.pipe(
        v.array(
          v.pipe(
            v.string('must be text'),
            v.check(
              isRelayAddress,
              ({ input }) =>
                `"${input}" is no relay's multiaddr; each relay prints its own when it starts, for example /dns/relay.example/tcp/443/tls/ws/p2p/12D3…`,
            ),
          ),
          'must be a list',
        ),
        v.maxLength(64, 'must be at most 64'),
      ),
    ),
    allowedOrigins: v.exactOptional(
      v.array(
        v.pipe(
          v.string('must be text'),
          v.check(
            (origin) => origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin),
            ({ input }) => `"${input}" is no origin; examples: https://page.example, or * for all pages`,
          ),
        ),
        'must be a list',
      ),
    ),
    trustProxy: v.exactOptional(whole(0, 10)),
    stun: v.exactOptional(iceUrls('stun', 'stun:stun.example:3478')),
    turn: v.exactOptional(
      v.strictObject({
        urls: v.pipe(iceUrls('turn', 'turn:turn.example:3478'), v.minLength(1, 'must name a server')),
        secret: v.pipe(
          text,
          v.minLength(16, 'must be at least 16 characters: whoever guesses it uses the TURN server'),
        ),
        ttlSeconds: v.optional(whole(60, 86_400), 3600),
      }),
    ),
    log: v.exactOptional(v.picklist(['words', 'json'], 'must be "words" or "json"')),
    logLevel: v.exactOptional(v.picklist(logLevels, `must be one of ${logLevels.join(', ')}`)),
    drainSeconds: v.exactOptional(whole(0, 3600)),
    limits: v.exactOptional(v.strictObject(limitEntries)),
  }),
  v.check(
    ({ peerRelays = [], publicAddress }) => peerRelays.length === 0 || publicAddress !== undefined,
    'peerRelays needs publicAddress: where tabs of the other relays reach this one (--public-address)',
  ),
);

export type RelayConfig = v.InferOutput<typeof schema>;
type Setting = keyof v.InferInput<typeof schema>;
/** Settings from one place, not checked yet. */
export type Settings = { readonly [K in Setting]?: unknown };

export type ConfigError = Failure<'bad-config'>;

/** All places together, the most important first, checked. */
export function readConfig(places: readonly Settings[]): Result<RelayConfig, ConfigError> {
  const merged = Object.assign({}, ...places.toReversed()) as unknown;
  const parsed = v.safeParse(schema, merged);
  if (parsed.success) return ok(parsed.output);
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  const words = issue.type === 'strict_object' && issue.expected === 'never' ? 'is no setting' : issue.message;
  return err(failure('bad-config', path === null ? `${words}.` : `${path} ${words}.`));
}

/** Settings of a configuration file's text. */
export function readConfigFile(name: string, json: string): Result<Settings, ConfigError> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return err(failure('bad-config', `${name} must hold one JSON object.`));
    return ok(value);
  } catch (cause) {
    return err(failure('bad-config', `${name} is not JSON: ${messageOf(cause)}.`));
  }
}

/** Settings of the environment. Lists are separated by commas or spaces. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>, fileTurn: unknown): Settings {
  const list = (value: string | undefined): string[] | undefined =>
    value?.split(/[\s,]+/).filter((entry) => entry !== '');
  const urls = list(env['PEERAGE_TURN_URLS']);
  const secret = env['PEERAGE_TURN_SECRET'];
  const turn =
    urls === undefined && secret === undefined
      ? undefined
      : {
          ...(typeof fileTurn === 'object' ? fileTurn : {}),
          ...(urls === undefined ? {} : { urls }),
          ...(secret === undefined ? {} : { secret }),
        };
  return defined({
    port: numberOf(env['PORT']),
    host: env['PEERAGE_HOST'],
    model: env['PEERAGE_MODEL'],
    keyFile: env['PEERAGE_KEY_FILE'],
    publicAddress: env['PEERAGE_PUBLIC_ADDRESS'],
    peerRelays: list(env['PEERAGE_PEER_RELAYS']),
    allowedOrigins: list(env['PEERAGE_ALLOWED_ORIGINS']),
    trustProxy: numberOf(env['PEERAGE_TRUST_PROXY']),
    stun: list(env['PEERAGE_STUN']),
    turn,
    log: env['PEERAGE_LOG'],
    logLevel: env['PEERAGE_LOG_LEVEL'],
    drainSeconds: numberOf(env['PEERAGE_DRAIN_SECONDS']),
  });
}

/** A number where the text is one; other text stays what it is, for the check to name it. */
export function numberOf(value: string | undefined): number | string | undefined {
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : value;
}

/** Without what was not said. */
export function defined(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
