import '@fontsource-variable/atkinson-hyperlegible-next/index.css';
import '@fontsource-variable/atkinson-hyperlegible-mono/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { type Clock, systemClock } from '#vocabulary';
import './design/tokens.css';
import './design/base.css';
import './design/controls.css';
import { App } from './app.tsx';
import { ClockContext } from './design/use-now.ts';
import type { Session } from './session.ts';
import { SessionContext } from './use-session.ts';

/** Draws the page of a session into `root` and keeps it current. The returned function takes it away again. */
export function mountApp(root: HTMLElement, session: Session, clock: Clock = systemClock): () => void {
  const react = createRoot(root);
  react.render(
    <StrictMode>
      <ClockContext value={clock}>
        <SessionContext value={session}>
          <App />
        </SessionContext>
      </ClockContext>
    </StrictMode>,
  );
  return () => react.unmount();
}
