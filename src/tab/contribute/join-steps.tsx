import { Disclosure } from '../design/disclosure.tsx';
import { Icon } from '../design/icon.tsx';
import { useNow } from '../design/use-now.ts';
import { RelayLines } from '../network/relay-lines.tsx';
import { useSession, useSnapshot } from '../use-session.ts';
import { type CourseStep, type StepState, courseOf } from './join-course.ts';
import './join-steps.css';

const marks: Readonly<Record<StepState, 'check' | 'close' | undefined>> = {
  done: 'check',
  failed: 'close',
  current: undefined,
  waiting: undefined,
};
const words: Readonly<Record<StepState, string>> = {
  done: 'done',
  failed: 'failed',
  current: 'under way',
  waiting: 'waiting',
};

/** How far this peer has come, each step with what is wrong when it is stuck. */
export function JoinSteps() {
  // Any change of these two moves a step.
  useSnapshot((snapshot) => snapshot.swarm);
  useSnapshot((snapshot) => snapshot.model);
  const snapshot = useSession().getSnapshot();
  const nowMs = useNow(snapshot.swarm.join.step === 'retrying');
  const course = courseOf(snapshot, nowMs);
  const stuck = course.some(({ state }) => state !== 'done');
  return stuck ? (
    <Course course={course} />
  ) : (
    <Disclosure summary="Connected and ready">
      <Course course={course} />
    </Disclosure>
  );
}

function Course({ course }: { readonly course: readonly CourseStep[] }) {
  return (
    <ol role="list" className="join-steps">
      {course.map(({ name, state, detail }, index) => {
        const mark = marks[state];
        return (
          <li key={name} className={`join-step join-step-${state}`}>
            <span className="join-mark">{mark !== undefined && <Icon name={mark} />}</span>
            <div>
              <span className="join-name">
                {name}
                <span className="aloud">: {words[state]}</span>
              </span>
              <span className="join-detail">{detail}</span>
              {index === 0 && <RelayLines />}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
