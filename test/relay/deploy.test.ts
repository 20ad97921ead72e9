import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../relay/command-line.ts';

const folder = 'relay/deploy';
const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
/** `start` of package.json, as one would run it without npm. */
const startCommand = async (): Promise<string> =>
  (JSON.parse(await readFile('package.json', 'utf8')) as { scripts: { start: string } }).scripts.start;

/** Instructions with their continued lines joined, without comments. */
async function instructions(): Promise<readonly string[]> {
  const text = (await read('Dockerfile')).replaceAll('\\\n', ' ');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('R26: the container', () => {
  test('copies only what exists and what its ignore file lets through', async () => {
    const copied = (await instructions()).flatMap((line) => {
      const match = /^COPY (?:--from=page )?(.+) \S+$/.exec(line);
      return match?.[1]?.split(/\s+/).map((path) => path.replace(/^\/peerage\//, '')) ?? [];
    });
    expect(copied.length).toBeGreaterThan(10);
    // The page is built in the first stage.
    expect(copied.filter((path) => path !== 'dist' && !existsSync(path))).toEqual([]);
    const kept = new Set((await read('Dockerfile.dockerignore')).split('\n'));
    expect(copied.filter((path) => path !== 'dist' && !kept.has(`!${path}`))).toEqual([]);
  });

  test('runs the start script of the package with options that exist, and not as root', async () => {
    const lines = await instructions();
    const command = JSON.parse(/^CMD (.*)$/.exec(lines.at(-1) ?? '')?.[1] ?? '') as string[];
    const start = (await startCommand()).split(' ');
    expect(command.slice(0, start.length)).toEqual(start);
    const env = Object.fromEntries(
      lines
        .filter((line) => line.startsWith('ENV '))
        .flatMap((line) => line.slice('ENV '.length).split(' '))
        .map((pair) => pair.split('=') as [string, string]),
    );
    const config = await readCommandLine(command.slice(start.length), env);
    expect(config).toMatchObject({
      ok: true,
      value: { config: { relayOnly: true, host: '0.0.0.0', port: 8787, keyFile: '/data/relay.key', log: 'json' } },
    });
    expect(lines.lastIndexOf('USER node')).toBeGreaterThan(lines.findIndex((line) => line.startsWith('RUN mkdir')));
    const builds = lines.filter((line) => line.startsWith('RUN node'));
    expect(builds).toEqual([`RUN ${await startCommand()} --build-only`]);
  });

  test('stands on a Node that runs the sources as they are', async () => {
    const bases = (await instructions()).filter((line) => line.startsWith('FROM '));
    expect(bases.map((line) => Number(/^FROM node:(\d+)-slim/.exec(line)?.[1]))).toEqual([26, 26]);
    const launcher = await readFile('relay/launch.mjs', 'utf8');
    expect(Number(/oldestTypeScriptNode = \[(\d+)/.exec(launcher)?.[1])).toBeLessThanOrEqual(26);
  });
});

describe('R26: the service and the examples', () => {
  test('the unit runs the start script with options that exist', async () => {
    const unit = await read('peerage-relay.service');
    const command = /^ExecStart=\/usr\/bin\/(.*)$/m.exec(unit)?.[1] ?? '';
    expect(command.startsWith(`${await startCommand()} --relay-only`)).toBe(true);
    const options = command.split(' ').slice((await startCommand()).split(' ').length);
    expect(options).toEqual(['--relay-only', '--config', '/etc/peerage/relay.json']);
    // systemd gives up only after the relay has.
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(20);
  });

  test('the example of the configuration is one, and shares its secret with that of coturn', async () => {
    const example = await readCommandLine(['--config', join(folder, 'relay.example.json')], {});
    if (!example.ok || example.value === 'help') throw new Error('the example is refused');
    const { turn } = example.value.config;
    const coturn = await read('turnserver.example.conf');
    expect(coturn).toMatch(/^use-auth-secret$/m);
    expect(coturn).toContain(`\nstatic-auth-secret=${turn?.secret}\n`);
    expect(turn?.urls).toEqual([
      `turn:turn.example:${/^listening-port=(\d+)$/m.exec(coturn)?.[1]}`,
      `turns:turn.example:${/^tls-listening-port=(\d+)$/m.exec(coturn)?.[1]}?transport=tcp`,
    ]);
  });

  test('whoever runs a relay finds every option and variable explained', async () => {
    const guide = await read('README.md');
    const config = await readFile('relay/config.ts', 'utf8');
    const names = [...config.matchAll(/env\['(PEERAGE_\w+)'\]/g)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !guide.includes(name))).toEqual([]);
    const files = [...guide.matchAll(/`([\w.-]+\.(?:json|conf|service)|Dockerfile)`/g)].map(([, name]) => name ?? '');
    expect(new Set(files).size).toBe(3);
    expect(files.filter((name) => !existsSync(join(folder, name)))).toEqual([]);
  });
});
