import { type Browser, chromium } from 'playwright-core';
import { existsSync } from 'node:fs';

/** Names a browser to use before all others. */
export const CHROMIUM_VARIABLE = 'PEERAGE_CHROMIUM';

const usualPlaces: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/opt/google/chrome/chrome',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  ],
};

/**
 * Path of a Chromium or Chrome: the one PEERAGE_CHROMIUM names, else the system's, else Playwright's own download.
 * Undefined when there is none. Throws when PEERAGE_CHROMIUM names a file that is not there.
 */
export function findChromium(): string | undefined {
  const named = process.env[CHROMIUM_VARIABLE];
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`${CHROMIUM_VARIABLE} is ${named}, but there is no such file.`);
    return named;
  }
  const candidates = [...(usualPlaces[process.platform] ?? []), chromium.executablePath()];
  return candidates.find((path) => path !== '' && existsSync(path));
}

/**
 * Flags for tests and for peers without a screen. WebGPU on the bundled SwiftShader needs `--enable-unsafe-webgpu`;
 * timers of background tabs are throttled to once a second or worse unless told otherwise.
 */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

export interface LaunchOptions {
  /** Default true. */
  readonly headless?: boolean;
  /** Added after the usual flags. */
  readonly flags?: readonly string[];
}

export const installationHint =
  `Install one ("apt-get install chromium", "brew install --cask chromium", https://www.google.com/chrome/) ` +
  `or name it: ${CHROMIUM_VARIABLE}=/path/to/chrome. ` +
  `"npx playwright-core install chromium" downloads one for this purpose only.`;

/** Starts a browser. Each of its contexts has storage of its own; pages of one context share theirs like tabs do. */
export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(`No Chromium or Chrome found. ${installationHint}`);
  const headless = options.headless ?? true;
  const args = [...(headless ? ['--headless=new'] : []), ...chromiumFlags, ...(options.flags ?? [])];
  return chromium.launch({ executablePath, headless, args });
}
