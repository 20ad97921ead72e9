import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findChromium, installationHint } from './chromium.ts';

/**
 * Path of a browser, installed where it is missing and can be: from the system's packages when run as root on Debian
 * and its kin, else as Playwright's own download. Throws with what a person can do otherwise.
 */
export function ensureChromium(report: (sentence: string) => void): string {
  const present = findChromium();
  if (present !== undefined) return present;
  for (const { name, commands } of installers()) {
    report(`No Chromium found; installing one with ${name} …`);
    if (!commands.every(([program = '', ...rest]) => spawnSync(program, rest, { stdio: 'inherit' }).status === 0))
      continue;
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  throw new Error(`No Chromium or Chrome found, and none could be installed. ${installationHint}`);
}

interface Installer {
  readonly name: string;
  readonly commands: readonly (readonly string[])[];
}

function installers(): readonly Installer[] {
  const playwrightFolder = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
  const download: Installer = {
    name: 'Playwright',
    commands: [[process.execPath, join(playwrightFolder, 'cli.js'), 'install', 'chromium']],
  };
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return [download];
  const system: Installer = {
    name: 'apt-get',
    commands: [
      ['apt-get', 'update', '-qq'],
      ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'],
    ],
  };
  return [system, download];
}
