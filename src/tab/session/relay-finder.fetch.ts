import * as v from 'valibot';
import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import { isRelayAddress, relayMultiaddr } from '#swarm';
import { bootstrapSchema } from './bootstrap.fetch.ts';
import { readPageUrl } from './relay-text.ts';

const ANSWER_MS = 8_000;

/** The multiaddr of a relay: as it was typed, or asked of the server at the address of a page. */
export async function findRelay(typed: string): Promise<Result<string, Failure>> {
  const text = typed.trim();
  if (text.startsWith('/')) return isRelayAddress(text) ? ok(text) : err(notAnAddress);
  const url = readPageUrl(text);
  if (url === undefined) return err(notAnAddress);
  const { hostname, port, protocol } = url;
  const secure = protocol === 'https:';
  if (!secure && location.protocol === 'https:') return err(notSecure);
  const peerId = await askForRelay(url);
  if (peerId === undefined) return err(noRelay(url.host));
  const address = relayMultiaddr({ host: hostname, port: Number(port) || (secure ? 443 : 80), secure, peerId });
  return isRelayAddress(address) ? ok(address) : err(notAnAddress);
}

async function askForRelay(url: URL): Promise<string | undefined> {
  try {
    const response = await fetch(new URL('/bootstrap.json', url), {
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const parsed = v.safeParse(bootstrapSchema, await response.json());
    return response.ok && parsed.success ? parsed.output.relay : undefined;
  } catch {
    return undefined;
  }
}

const notAnAddress = failure(
  'not-a-relay-address',
  'This is no address of a relay.',
  'Write it like https://relay.example:4000, or as a multiaddr: /dns/relay.example/tcp/4000/tls/ws/p2p/12D3Koo…',
);
const notSecure = failure(
  'relay-not-secure',
  'This page came over https, so the browser forbids it to use a relay without encryption.',
  'Use the https address of the relay.',
);
const noRelay = (host: string): Failure =>
  failure(
    'no-relay-there',
    `No relay answers at ${host}.`,
    `Check the address and that its server runs. It must take tabs of this page: whoever runs it starts it with --allow-origin ${location.origin}.`,
  );
