import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Session, SessionSnapshot } from './session.ts';

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('A component of the page stands outside the session.');
  return session;
}

/** A part of the snapshot. `select` must return a primitive or something the snapshot holds, never a new object. */
export function useSnapshot<T>(select: (snapshot: SessionSnapshot) => T): T {
  const session = useSession();
  return useSyncExternalStore(
    (listener) => session.subscribe(listener),
    () => select(session.getSnapshot()),
  );
}
