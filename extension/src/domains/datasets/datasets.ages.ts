import { Time } from '@jupyterlab/coreutils';

/** How old what is written may be: of something young it soon is another age. */
const mostStale = (age: number): number => Math.max(1000, age / 20);

/**
 * Writes how long ago something was. JupyterLab writes a date once, and `41s ago` stays there for as long as the date
 * does; each writing takes a fifth of a millisecond, so it is done again only where another age would be read.
 */
export const createAges = (now: () => number = Date.now) => {
  const written = new WeakMap<HTMLElement, { date: string; style: Time.HumanStyle; at: number }>();
  return (element: HTMLElement, date: string, style: Time.HumanStyle): void => {
    const at = now();
    const last = written.get(element);
    const same = last?.date === date && last.style === style;
    if (same && Math.abs(at - last.at) < mostStale(at - Date.parse(date))) return;
    const time = new Date(date);
    element.textContent = Time.formatHuman(time, style);
    element.title = Time.format(time);
    written.set(element, { date, style, at });
  };
};
