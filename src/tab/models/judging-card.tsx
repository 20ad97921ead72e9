import type { GoldSource, PairFigures, Proportion } from '#judging';
import { Disclosure } from '../design/disclosure.tsx';
import { countOf, formatCount, formatShare } from '../design/figure.ts';
import { Icon } from '../design/icon.tsx';
import { Meter } from '../design/meter.tsx';
import type { JudgingFigures, JudgingView, MeasuringObstacle } from '../session.ts';
import { useSession, useSnapshot } from '../use-session.ts';
import './judging-card.css';

/** How good this peer is as a judge: in one sentence, and on request how that is known. */
export function JudgingCard() {
  const judging = useSnapshot((snapshot) => snapshot.judging);
  // Nothing is known before the leading tab has spoken.
  if (judging.version === '') return null;
  return (
    <div className="judging-card">
      <Worth judging={judging} />
      <Measuring judging={judging} />
      <Disclosure
        summary={judging.figures === undefined ? 'How it is measured' : 'How it was measured'}
        className="judging-how"
      >
        <How judging={judging} />
      </Disclosure>
    </div>
  );
}

function Worth({ judging: { figures, hasWeight, why } }: { readonly judging: JudgingView }) {
  const words = figures && unbroken(`Judges right on ${wordsOf(figures)}.`);
  if (hasWeight) return <p className="small">{words}</p>;
  return (
    <>
      {words !== undefined && <p className="small">{words}</p>}
      <p className="callout">
        <span>
          <strong>This tab’s votes carry no weight.</strong> {unbroken(why)} It can still answer.
        </span>
      </p>
    </>
  );
}

/** A number and its sign stay on one line. */
const unbroken = (words: string): string => words.replaceAll(' %', '\u00A0%');

function wordsOf({ accuracy, bySource }: JudgingFigures): string {
  const whose = bySource.sampled === undefined ? 'pairs of answers' : 'its own model’s answers';
  const { share, count } = accuracy;
  return `${formatShare(share)} of ${whose} (${rangeOf(accuracy)}, ${countOf(count, 'question')})`;
}

const rangeOf = ({ low, high }: Proportion): string => `${formatShare(low)} to ${formatShare(high)}`;

const waitingFor: Readonly<Record<MeasuringObstacle, string>> = {
  round: 'goes on when nobody asks',
  model: 'waits for the model',
  'not-contributing': 'waits until this tab answers and judges for others',
  resting: 'waits until this tab may work for others again',
  stopped: 'stopped',
};

function Measuring({ judging }: { readonly judging: JudgingView }) {
  const session = useSession();
  const { status, done, total, obstacle, error } = judging;
  if (status === 'shipped' || status === 'stored') return null;
  const isHalted = obstacle === 'stopped' || status === 'failed';
  return (
    <div className="judging-course">
      <p className="row">
        <span className="judging-state small soft figures">{progressWords(judging)}</span>
        {isHalted ? (
          <button type="button" className="button" onClick={() => session.measureJudging()}>
            <Icon name="again" />
            Go on
          </button>
        ) : (
          <button type="button" className="button" onClick={() => session.stopMeasuring()}>
            <Icon name="stop" />
            Stop measuring
          </button>
        )}
      </p>
      {total > 0 && <Meter share={done / total} label="Measuring how well it judges" />}
      {error !== undefined && (
        <p className="callout callout-alarm" role="alert">
          <strong>{error.message}</strong>
          {error.remedy !== undefined && <span>{error.remedy}</span>}
        </p>
      )}
    </div>
  );
}

function progressWords({ done, total, obstacle }: JudgingView): string {
  const soFar = total > 0 ? `Measuring how well it judges: ${formatCount(done)} of ${formatCount(total)}` : undefined;
  if (obstacle === undefined) return soFar ?? 'Measuring how well it judges begins soon';
  return `${soFar ?? 'Measuring how well it judges'}, ${waitingFor[obstacle]}`;
}

const sources: readonly (readonly [GoldSource, string, string])[] = [
  ['sampled', 'Its own answers', 'question'],
  ['written', 'Written pairs', 'question'],
  ['procedural', 'Slips', 'question'],
  ['attack', 'Attacks', 'attack'],
];

function How({ judging }: { readonly judging: JudgingView }) {
  const session = useSession();
  const { figures, status, version, seed, canUseShipped, done, total } = judging;
  const isSettled = status === 'shipped' || status === 'stored';
  const again = status === 'shipped' ? 'Measure on this machine' : 'Measure again';
  return (
    <div className="judging-body fine">
      <p className="soft">
        Its model reads a right and a wrong answer to a question whose answer is known, and says which is better. Its
        weights were fitted on other questions.
      </p>
      {figures === undefined ? (
        <p className="soft">No figures yet.</p>
      ) : (
        <>
          <dl className="judging-sources figures">
            {sources.map(([source, name, trial]) => (
              <Source key={source} name={name} trial={trial} figures={figures.bySource[source]} />
            ))}
          </dl>
          <p className="soft figures">
            On {figures.bySource.sampled === undefined ? 'all pairs' : 'its own answers'} its probabilities are off by{' '}
            {formatShare(figures.ece)} (ECE) on average; Brier score {figures.brier.toFixed(3)}, where a coin has 0.250.
          </p>
          {judging.hasWeight && <p className="soft">{judging.why}</p>}
        </>
      )}
      <p className="soft">
        {status === 'shipped' ? 'Came with this page' : 'In use'}:{' '}
        <span className="fixed judging-version">{version}</span>
        {seed !== undefined && (
          <>
            , seed <span className="fixed">{seed}</span>
          </>
        )}
      </p>
      {isSettled && (
        <>
          <p className="row">
            <button type="button" className="button" onClick={() => session.measureJudging()}>
              <Icon name="again" />
              {total > 0 ? `Go on measuring: ${done} of ${total}` : again}
            </button>
            {canUseShipped && (
              <button type="button" className="button" onClick={() => session.restoreShippedJudging()}>
                Use the shipped figures
              </button>
            )}
          </p>
          <p className="faint">Takes one to two hours in the background, while nobody asks. It can be stopped.</p>
        </>
      )}
    </div>
  );
}

interface SourceProps {
  readonly name: string;
  readonly trial: string;
  readonly figures: PairFigures | undefined;
}

function Source({ name, trial, figures }: SourceProps) {
  if (figures === undefined) return null;
  const { accuracy } = figures;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {formatShare(accuracy.share)}{' '}
        <span className="soft">
          ({rangeOf(accuracy)}, {countOf(accuracy.count, trial)})
        </span>
      </dd>
    </div>
  );
}
