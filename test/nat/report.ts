import type { Finding } from './cell.ts';

const COLUMNS = [16, 16, 10, 9, 9, 9, 9, 10, 12] as const;

/** Row by row, because the whole matrix takes minutes. */
export function headline(): string {
  return row(['one side', 'other side', 'servers', 'expected', 'found', 'first', 'final', 'round trip', 'throughput']);
}

export function lineOf({ cell, ...finding }: Finding): string {
  const { a, b, servers, sameNetwork } = cell;
  const rate = finding.bytesPerSecond;
  return [
    row([
      a,
      sameNetwork ? 'same network' : b,
      servers,
      finding.expected,
      finding.found ?? 'none',
      seconds(finding.firstMs),
      seconds(finding.finalMs),
      finding.roundTripMs === undefined ? '-' : `${finding.roundTripMs.toFixed(1)} ms`,
      rate === undefined ? '-' : `${(rate / 1e6).toFixed(2)} MB/s`,
    ]),
    finding.directFailure ?? '',
    ...(finding.deviations.length === 0 ? [] : [`DEVIATION: ${finding.deviations.join('; ')}`]),
  ]
    .filter((part) => part !== '')
    .join('  ');
}

export function summaryOf(findings: readonly Finding[]): string {
  const count = (holds: (finding: Finding) => boolean): number => findings.filter((finding) => holds(finding)).length;
  const paths = ['direct', 'turn', 'relayed'].map((path) => `${count(({ found }) => found === path)} ${path}`);
  return (
    `${findings.length} pairs: ${paths.join(', ')}, ${count(({ found }) => found === undefined)} without a path; ` +
    `${count(({ deviations }) => deviations.length > 0)} not as theory says.`
  );
}

function row(texts: readonly string[]): string {
  return texts
    .map((text, index) => text.padEnd(COLUMNS[index] as number))
    .join(' ')
    .trimEnd();
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '-' : `${(ms / 1_000).toFixed(2)} s`;
}
