import { useEffect, useRef, useState } from 'react';

/** The latest value, but a new one at most every so many milliseconds: what is made of it is dear. */
export const useCalmed = <T>(value: T, every: number): T => {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  latest.current = value;
  useEffect(() => {
    if (shown === value || timer.current !== null) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      setShown(latest.current);
    }, every);
  }, [shown, value, every]);
  useEffect(
    () => () => {
      clearTimeout(timer.current ?? undefined);
    },
    []
  );
  return shown;
};
