import { createContext, useContext, useEffect, useState } from 'react';
import { type Clock, systemClock } from '#vocabulary';

export const ClockContext = createContext<Clock>(systemClock);

/** The time, renewed every second while `ticking`: countdowns move, a settled page rests. */
export function useNow(ticking: boolean): number {
  const clock = useContext(ClockContext);
  const [nowMs, setNowMs] = useState(() => clock.now());
  useEffect(() => {
    if (!ticking) return;
    let cancel: () => void = () => undefined;
    const tick = (): void => {
      setNowMs(clock.now());
      cancel = clock.after(1000, tick);
    };
    cancel = clock.after(0, tick);
    return () => cancel();
  }, [clock, ticking]);
  return nowMs;
}
