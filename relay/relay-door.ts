import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Connection } from '@libp2p/interface';
import { ipPortToMultiaddr } from '@libp2p/utils';
import type { Clock } from '#vocabulary';
import { type Admission, createAdmission } from './admission.ts';
import { type ClientAddress, clientAddress } from './client-address.ts';
import type { RelayLimits } from './limits.ts';
import type { RefusalReason } from './metrics.ts';

export interface DoorOptions {
  readonly clock: Clock;
  readonly limits: RelayLimits;
  readonly trustedProxies: number;
  readonly onRefused: (reason: RefusalReason, address: ClientAddress) => void;
}

/** Where connections come in: who comes from where, and whether there is room. */
export interface RelayDoor {
  readonly admission: Admission;
  /** Lets a WebSocket request in, or answers it and says no. */
  enter(request: IncomingMessage, socket: Duplex): boolean;
  /** The handshake on a socket is done. */
  opened(connection: Connection): void;
  /** A connection has ended, and so must its socket. */
  ended(connection: Connection): void;
  /** Takes nobody in from now on. */
  close(): void;
  addressOf(connection: Connection): ClientAddress;
  /** When the connection was asked for. */
  knockedMs(connection: Connection): number;
  /** Cuts everybody off. */
  cutAll(): void;
}

interface Guest {
  readonly address: ClientAddress;
  readonly knockedMs: number;
  readonly socket: Duplex;
  /** Stops waiting for the handshake. */
  readonly opened: () => void;
}

/** A handshake takes 50 ms here, on a bad network seconds; what takes longer only holds a place. */
const HANDSHAKE_MS = 15_000;
/** What was said last gets this long to leave. */
const LINGER_MS = 1000;

const answers = {
  full: ['503 Service Unavailable', 'The relay is full.'],
  'address-connections': ['429 Too Many Requests', 'Too many connections from your network.'],
  'address-rate': ['429 Too Many Requests', 'Too many connections from your network at once.'],
  draining: ['503 Service Unavailable', 'The relay stops soon.'],
} as const;

export function createRelayDoor({ clock, limits, trustedProxies, onRefused }: DoorOptions): RelayDoor {
  const admission = createAdmission(clock, limits);
  const sockets = new Set<Duplex>();
  /** By the address as the library writes it, which is all that a connection knows of its socket. */
  const guests = new Map<string, Guest>();
  let closed = false;
  // The library appends the peer's id once it knows it.
  const guestOf = ({ remoteAddr }: Connection): Guest | undefined =>
    guests.get(remoteAddr.toString().split('/p2p/', 1)[0] ?? '');

  return {
    admission,
    enter(request, socket) {
      const { remoteAddress, remotePort } = request.socket;
      const address = clientAddress(remoteAddress, request.headers['x-forwarded-for'], trustedProxies);
      const outcome = closed ? 'draining' : admission.admit(address);
      if (typeof outcome === 'string') {
        onRefused(outcome, address);
        const [status, words] = answers[outcome];
        refuseUpgrade(socket, status, words);
        return false;
      }
      const key = ipPortToMultiaddr(remoteAddress ?? '0.0.0.0', remotePort ?? 0)
        .encapsulate('/ws')
        .toString();
      sockets.add(socket);
      const opened = clock.after(HANDSHAKE_MS, () => {
        onRefused('handshake', address);
        socket.destroy();
      });
      guests.set(key, { address, knockedMs: clock.now(), socket, opened });
      socket.once('close', () => {
        opened();
        sockets.delete(socket);
        guests.delete(key);
        outcome();
      });
      return true;
    },
    opened: (connection) => guestOf(connection)?.opened(),
    ended(connection) {
      // The library's own reset asks for a close code that its WebSocket refuses, and leaves the socket open.
      const socket = guestOf(connection)?.socket;
      if (socket === undefined) return;
      socket.end();
      const cancel = clock.after(LINGER_MS, () => socket.destroy());
      socket.once('close', cancel);
    },
    close() {
      closed = true;
    },
    // Connections that this relay opened itself have no guest: they are to other relays.
    addressOf: (connection) => guestOf(connection)?.address ?? 'relay',
    knockedMs: (connection) => guestOf(connection)?.knockedMs ?? connection.timeline.open,
    cutAll() {
      closed = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Answers a WebSocket request with a status and words, and ends the connection. */
export function refuseUpgrade(socket: Duplex, status: string, words: string): void {
  const retry = status.startsWith('403') || status.startsWith('404') ? '' : 'Retry-After: 5\r\n';
  const body = words === '' ? '' : `${words}\n`;
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\n${retry}Content-Type: text/plain; charset=utf-8\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
