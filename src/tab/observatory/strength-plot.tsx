import type { RankingRow } from '#round';
import { formatSigned } from '../design/figure.ts';
import { type Axis, positionOn } from './axis.ts';

/** Strength and 95 % interval of one answer on the axis that all rows share. */
export function StrengthPlot({
  row,
  axis,
  best,
}: {
  readonly row: RankingRow;
  readonly axis: Axis;
  readonly best: boolean;
}) {
  const at = (value: number): string => `${positionOn(axis, value)}%`;
  return (
    <svg className={best ? 'plot plot-best' : 'plot'} width="100%" height="20" aria-hidden="true" focusable="false">
      {axis.ticks.map((tick) => (
        <line
          key={tick}
          className={tick === 0 ? 'plot-zero' : 'plot-tick'}
          x1={at(tick)}
          x2={at(tick)}
          y1="0"
          y2="20"
        />
      ))}
      <line className="plot-interval" x1={at(row.low)} x2={at(row.high)} y1="10" y2="10" />
      <circle className="plot-strength" cx={at(row.strength)} cy="10" r="4.5" />
    </svg>
  );
}

/** The figures under the rows. */
export function AxisFigures({ axis }: { readonly axis: Axis }) {
  return (
    <svg className="plot-axis" width="100%" height="16" aria-hidden="true" focusable="false">
      {axis.ticks.map((tick) => (
        <text key={tick} x={`${positionOn(axis, tick)}%`} y="12" textAnchor="middle">
          {formatSigned(tick, Number.isInteger(tick) ? 0 : 1)}
        </text>
      ))}
    </svg>
  );
}
