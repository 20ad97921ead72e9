import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '#vocabulary';
import { defaultModel, defaultModelFile } from '../src/inference/catalogue.ts';
import { buildApp } from '../relay/app-build.ts';
import { obtainModel } from '../relay/model-cache.ts';
import { ensureChromium } from './browser/chromium-installation.ts';
import { CHROMIUM_VARIABLE } from './browser/chromium.ts';

// npm test: everything, in order of how soon it fails. --only STEP (repeatable) runs some of it.

const root = join(import.meta.dirname, '..');

interface Step {
  readonly name: string;
  readonly title: string;
  /** Throws, or resolves with false, when the step failed. */
  run(): Promise<boolean>;
}

/** Runs a JavaScript tool with this very Node and shows its output. */
function tool(script: string, ...commandLine: string[]): () => Promise<boolean> {
  return () =>
    new Promise((resolve, reject) => {
      const path = join(root, 'node_modules', script);
      const child = spawn(process.execPath, [path, ...commandLine], { cwd: root, stdio: 'inherit' });
      child.once('error', reject);
      child.once('exit', (status) => resolve(status === 0));
    });
}

const vitest = (...commandLine: string[]): (() => Promise<boolean>) => tool('vitest/vitest.mjs', 'run', ...commandLine);
const linted = ['src', 'relay', 'test', 'vite.config.ts'];

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

/** The real model if it can be had. Tests that load one say themselves which they used. */
async function prepareModel(): Promise<boolean> {
  const given = process.env['PEERAGE_MODEL'];
  const model = await obtainModel({
    name: defaultModel.name,
    file: defaultModelFile,
    folder: join(root, '.models'),
    report: say,
    onProgress: () => undefined,
    ...(given === undefined ? {} : { givenFile: given }),
  });
  if (model.ok) say(`Tests use the real model: ${defaultModel.name} (${model.value.origin}).`);
  else {
    say(`${model.error.message} ${model.error.remedy ?? ''}`);
    say('The real model is MISSING: engine tests use a random tiny one only, and tests of whole rounds cannot pass.');
  }
  return true;
}

async function prepareBrowser(): Promise<boolean> {
  const path = ensureChromium(say);
  process.env[CHROMIUM_VARIABLE] = path;
  say(`Browser: ${path}`);
  return true;
}

async function build(): Promise<boolean> {
  await buildApp({ root, distFolder: join(root, 'dist'), report: say });
  return tool('size-limit/bin.js')();
}

const steps: readonly Step[] = [
  { name: 'types', title: 'Type check', run: tool('tsc/bin/tsc', '--noEmit') },
  { name: 'lint', title: 'Lint', run: tool('oxlint/bin/oxlint', ...linted) },
  { name: 'format', title: 'Format', run: tool('oxfmt/bin/oxfmt', '--check', '.') },
  { name: 'rules', title: 'Dependency and house rules', run: vitest('--project', 'node', 'test/architecture') },
  { name: 'unused', title: 'Unused files, exports and dependencies', run: tool('knip/bin/knip.js') },
  {
    name: 'unit',
    title: 'Unit and property tests',
    run: vitest('--project', 'node', '--exclude', 'test/architecture/**'),
  },
  { name: 'build', title: 'Build and sizes', run: build },
  { name: 'model', title: 'Model', run: prepareModel },
  { name: 'chromium', title: 'Browser', run: prepareBrowser },
  { name: 'browser', title: 'Tests in the browser', run: vitest('--project', 'browser') },
  { name: 'e2e', title: 'Tests from end to end', run: vitest('--project', 'e2e') },
];

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const unknown = (values.only ?? []).filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  say(`No step is called ${unknown.join(', ')}. Steps: ${steps.map((step) => step.name).join(', ')}`);
  process.exit(1);
}
/** Steps that others build on; quick when there is nothing to do. */
const preparations: Readonly<Record<string, readonly string[]>> = {
  browser: ['model', 'chromium'],
  e2e: ['build', 'model', 'chromium'],
};
const wanted = new Set(values.only?.flatMap((name) => [...(preparations[name] ?? []), name]));
const chosen = steps.filter((step) => wanted.size === 0 || wanted.has(step.name));

const outcomes: { readonly title: string; readonly passed: boolean; readonly seconds: number }[] = [];
for (const { title, run } of chosen) {
  say(`\n── ${title}`);
  const startMs = performance.now();
  let passed = false;
  try {
    passed = await run();
  } catch (cause) {
    say(messageOf(cause));
  }
  outcomes.push({ title, passed, seconds: (performance.now() - startMs) / 1000 });
}

say('');
for (const { title, passed, seconds } of outcomes) {
  say(`${passed ? 'passed' : 'FAILED'}  ${seconds.toFixed(1).padStart(7)} s  ${title}`);
}
const failures = outcomes.filter((outcome) => !outcome.passed);
say(failures.length === 0 ? '\nAll passed.' : `\n${failures.length} of ${outcomes.length} steps FAILED.`);
process.exit(failures.length === 0 ? 0 : 1);
