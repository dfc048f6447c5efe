import { useEffect, useRef, type RefObject } from 'react';

/** A section is not lower than this only for what it is to show whole: others need room too. */
const most = 180;
const below = 8;

/** Between two themes nothing has its size for a moment, and a section that has grown stays so. */
const isDressed = (): boolean =>
  getComputedStyle(document.documentElement).getPropertyValue('--jp-ui-font-size1') !== '';

/** Tells of a part of a section, whenever that changes, how high the section has to be to show it whole. */
export const useWholeHeight = <E extends HTMLElement>(tell: (height: number) => void): RefObject<E> => {
  const part = useRef<E>(null);
  const latest = useRef(tell);
  latest.current = tell;
  useEffect(() => {
    const element = part.current;
    const section = element?.closest('.hop-Section');
    if (!element || !section) return undefined;
    const observer = new ResizeObserver(() => {
      // In a section that is closed nothing has a height.
      if (element.offsetHeight === 0 || !isDressed()) return;
      const [whole, shown] = [element.getBoundingClientRect(), section.getBoundingClientRect()];
      latest.current(Math.min(most, Math.ceil(whole.bottom - shown.top + section.scrollTop + below)));
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  });
  return part;
};
