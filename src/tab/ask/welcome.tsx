import './welcome.css';

const examples = [
  'Why is the sky blue?',
  'How do bees find their way home?',
  'Explain a rainbow to a five-year-old.',
] as const;

/** What a newcomer sees before the first question. */
export function Welcome({ onPick }: { readonly onPick: (question: string) => void }) {
  return (
    <div className="welcome">
      <p className="welcome-lead">Ask once. Every open tab answers, and they judge each other.</p>
      <p className="soft">
        Small language models in the browsers of peers each write an answer, compare the others’ answers, and sign their
        votes. You see the winner, how sure that is, and every vote behind it.
      </p>
      <p className="section-title">Try one</p>
      <ul role="list" className="welcome-examples">
        {examples.map((question) => (
          <li key={question}>
            <button type="button" className="button" onClick={() => onPick(question)}>
              {question}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
