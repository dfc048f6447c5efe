import { useEffect, useState } from 'react';

/**
 * Whether the window has been in front of the person for this long. A page that opens it just as somebody clicks, twice
 * and in the right place, must not have its own act confirmed by the second click.
 */
export const useSeenFor = (milliseconds: number): boolean => {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      clearTimeout(timer);
      setSeen(false);
      if (!document.hidden && document.hasFocus())
        timer = setTimeout(() => {
          setSeen(true);
        }, milliseconds);
    };
    look();
    window.addEventListener('focus', look);
    window.addEventListener('blur', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('focus', look);
      window.removeEventListener('blur', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [milliseconds]);
  return seen;
};
