import { aligned, widthOf } from './terminal-text.ts';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly cells: readonly string[];
}

export const GAP = '  ';

export function column<T>(title: string, align: Column['align'], rows: readonly T[], cell: (row: T) => string): Column {
  return { title, align, cells: rows.map(cell) };
}

/** Terminal columns that a table of these takes. */
export function tableWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, one) => sum + GAP.length + columnWidth(one), 0);
}

export function layOut(columns: readonly Column[]): string {
  const widths = columns.map(columnWidth);
  const line = (cellOf: (one: Column) => string): string =>
    columns
      .map((one, index) => GAP + aligned(cellOf(one), widths[index] as number, one.align))
      .join('')
      .trimEnd();
  const rows = columns[0]?.cells ?? [];
  return [line(({ title }) => title), ...rows.map((_, row) => line(({ cells }) => cells[row] as string))].join('\n');
}

function columnWidth({ title, cells }: Column): number {
  return cells.reduce((width, cell) => Math.max(width, widthOf(cell)), widthOf(title));
}
