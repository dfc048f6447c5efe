import { useEffect } from 'react';

/** Names the window after what it shows. */
export const useTitle = (title: string): void => {
  useEffect(() => {
    document.title = `${title} · Hopslab`;
  }, [title]);
};
