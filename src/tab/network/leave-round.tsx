interface LeaveRoundProps {
  readonly onAnswer: (isAccepted: boolean) => void;
}

/** The answer takes the focus: it is the next thing to decide. */
const takeFocus = (button: HTMLButtonElement | null): void => button?.focus();

/** Asks before a room is left in the middle of this peer's own round. */
export function LeaveRound({ onAnswer }: LeaveRoundProps) {
  return (
    <div className="callout callout-alarm" role="alert">
      <strong>A question is running.</strong>
      <p>Changing the room stops it, and drops the questions that wait: they were meant for the peers of this room.</p>
      <p className="row">
        <button type="button" className="button" ref={takeFocus} onClick={() => onAnswer(false)}>
          Stay
        </button>
        <button type="button" className="button button-alarm" onClick={() => onAnswer(true)}>
          Stop it and change the room
        </button>
      </p>
    </div>
  );
}
