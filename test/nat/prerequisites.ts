import { execFileSync } from 'node:child_process';
import { findChromium, installationHint } from '../browser/chromium.ts';

const tools: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  nft: 'nftables',
  turnserver: 'coturn',
};

/** Why the laboratory cannot run here, in a sentence with the remedy; undefined when it can. */
export function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'It needs Linux: its networks are network namespaces.';
  if (process.getuid?.() !== 0) return 'It needs root, to make network namespaces: sudo npm run test:nat.';
  const missing = Object.keys(tools).filter((tool) => !isThere(tool));
  if (missing.length > 0)
    return `It needs ${missing.join(', ')}: apt-get install ${missing.map((tool) => tools[tool]).join(' ')}.`;
  if (findChromium() === undefined) return `It needs Chromium. ${installationHint}`;
  return mayMakeNamespaces() ? undefined : 'This machine lets even root make no network namespaces (a container?).';
}

function isThere(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function mayMakeNamespaces(): boolean {
  const name = `peerage-nat-probe-${process.pid}`;
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'ignore' });
    execFileSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
