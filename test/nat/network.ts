import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { PUBLIC_ADDRESS } from './public-address.ts';
import type { SiteKind } from './theory.ts';

/*
 * An internet of network namespaces. "public" routes between all sites and runs relay, STUN and TURN on one address;
 * every site has a /30 of its own to it, so that nothing (multicast above all) gets from one site to another but by
 * routing. A site behind NAT is a router namespace and one or two host namespaces.
 */

/** The process id behind it keeps two laboratories on one machine apart. */
const PREFIX = 'peerage-nat-';

/** What a host of the laboratory is reached by: the namespace its browser runs in. */
export interface Host {
  readonly namespace: string;
}

export interface Network {
  /** Namespace of relay, STUN and TURN. */
  readonly publicNamespace: string;
  addSite(kind: SiteKind): Host;
  /** Two hosts behind one port-restricted router. */
  addShared(): readonly [Host, Host];
  /** Takes all namespaces down; can be called again. */
  remove(): void;
}

export function createNetwork(): Network {
  removeAbandoned();
  const prefix = `${PREFIX}${process.pid}-`;
  const publicNamespace = `${prefix}public`;
  const namespaces: string[] = [];
  let sites = 0;

  const ip = (...words: string[]): void => run('ip', words);
  const inside = (namespace: string, ...words: string[]): void => run('ip', ['netns', 'exec', namespace, ...words]);
  const addNamespace = (name: string): string => {
    const namespace = name === '' ? publicNamespace : `${prefix}${name}`;
    namespaces.push(namespace);
    ip('netns', 'add', namespace);
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
    return namespace;
  };
  const forwardPackets = (namespace: string): void => inside(namespace, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
  /** A wire between two namespaces, with an address at each end. */
  const wire = (a: string, aName: string, aAddress: string, b: string, bName: string, bAddress: string): void => {
    ip('link', 'add', aName, 'netns', a, 'type', 'veth', 'peer', 'name', bName, 'netns', b);
    for (const [namespace, name, address] of [
      [a, aName, aAddress],
      [b, bName, bAddress],
    ] as const) {
      if (address !== '') ip('-n', namespace, 'address', 'add', address, 'dev', name);
      ip('-n', namespace, 'link', 'set', name, 'up');
    }
  };
  /** Connects a namespace to the public one and answers its number. */
  const attach = (namespace: string): number => {
    const number = sites++;
    const [gateway, own] = [`203.0.113.${4 * number + 1}`, `203.0.113.${4 * number + 2}`];
    wire(publicNamespace, `site${number}`, `${gateway}/30`, namespace, 'wan', `${own}/30`);
    ip('-n', namespace, 'route', 'add', 'default', 'via', gateway);
    return number;
  };
  /** A router whose hosts are 192.168.N.2 and, on request, .3. */
  const addRouter = (kind: Exclude<SiteKind, 'open'>, hostCount: number): readonly Host[] => {
    const router = addNamespace(`router${sites}`);
    const number = attach(router);
    forwardPackets(router);
    ip('-n', router, 'link', 'add', 'lan', 'type', 'bridge');
    ip('-n', router, 'address', 'add', `192.168.${number}.1/24`, 'dev', 'lan');
    ip('-n', router, 'link', 'set', 'lan', 'up');
    run('ip', ['netns', 'exec', router, 'nft', '-f', '-'], rulesFor(kind, number));
    return Array.from({ length: hostCount }, (_, index) => {
      const host = addNamespace(`host${number}-${index}`);
      wire(router, `port${index}`, '', host, 'eth', `192.168.${number}.${2 + index}/24`);
      ip('-n', router, 'link', 'set', `port${index}`, 'master', 'lan');
      ip('-n', host, 'route', 'add', 'default', 'via', `192.168.${number}.1`);
      return { namespace: host };
    });
  };

  addNamespace('');
  ip('-n', publicNamespace, 'address', 'add', `${PUBLIC_ADDRESS}/32`, 'dev', 'lo');
  forwardPackets(publicNamespace);

  return {
    publicNamespace,
    addSite(kind) {
      if (kind !== 'open') return addRouter(kind, 1)[0] as Host;
      const host = addNamespace(`open${sites}`);
      attach(host);
      return { namespace: host };
    },
    addShared: () => addRouter('port-restricted', 2) as unknown as readonly [Host, Host],
    remove() {
      for (const namespace of namespaces.splice(0).reverse()) {
        try {
          ip('netns', 'delete', namespace);
        } catch {
          // Gone already, or never made: the next one may still be there.
        }
      }
    },
  };
}

/** Namespaces of laboratories that were killed outright. */
function removeAbandoned(): void {
  const listed = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  for (const [name, pid] of listed.matchAll(new RegExp(`^${PREFIX}(\\d+)-\\S+`, 'gm')))
    if (!existsSync(`/proc/${pid}`)) run('ip', ['netns', 'delete', name]);
}

/** What makes a router the kind of NAT it is. Linux keeps source ports where it can, so that masquerade is a cone. */
function rulesFor(kind: Exclude<SiteKind, 'open'>, number: number): string {
  const source = kind === 'symmetric' ? 'masquerade fully-random' : 'masquerade';
  const letIn = kind === 'full-cone' ? 'iifname "wan" meta l4proto udp accept' : '';
  const block = kind === 'udp-blocked' ? 'meta l4proto udp drop' : '';
  const toHost = kind === 'full-cone' ? `iifname "wan" meta l4proto udp dnat to 192.168.${number}.2` : '';
  // Unsolicited packets must not even reach the router itself: they would make an entry that takes the port.
  return `
table ip nat {
  chain arriving { type nat hook prerouting priority -100; ${toHost}
  }
  chain leaving { type nat hook postrouting priority 100; oifname "wan" ip saddr 192.168.${number}.0/24 ${source}
  }
}
table ip filter {
  chain through { type filter hook forward priority 0; policy drop;
    ${block}
    ct state established,related accept
    iifname "lan" accept
    ${letIn}
  }
  chain own { type filter hook input priority 0; policy accept; iifname "wan" ct state new drop; }
}
`;
}

function run(command: string, words: readonly string[], input?: string): void {
  execFileSync(command, words, { stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'pipe'], input });
}
