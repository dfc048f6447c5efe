const shapes = {
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'm4 4 8 8m0-8-8 8',
  dash: 'M3.5 8h9',
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 2.8V8l2.3 1.6',
  turn: 'M13.5 8A5.5 5.5 0 1 1 8 2.5',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.6L13 5.8M13 2.6v3.2H9.8',
  warning: 'M8 2.2 14.4 13.5H1.6L8 2.2Zm0 4.3v3.2m0 1.7v.4',
  info: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 5v4m0-6.4v.4',
  stop: 'M4 4h8v8H4z',
  pause: 'M5.5 3.5v9m5-9v9',
  play: 'm5 3 8 5-8 5V3Z',
  up: 'm4 9.5 4-4 4 4',
  down: 'm4 6.5 4 4 4-4',
  plus: 'M8 3v10M3 8h10',
  person: 'M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8Zm-5.5 6c.4-3 2.6-4.3 5.5-4.3s5.1 1.3 5.5 4.3',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M13 3l-1.2 1.2M4.2 11.8 3 13',
  moon: 'M13.5 9.7A5.8 5.8 0 0 1 6.3 2.5a5.8 5.8 0 1 0 7.2 7.2Z',
  screen: 'M2 3h12v8H2zM6 14h4m-2-3v3',
  save: 'M8 2.5v7.5m-3-3 3 3 3-3M3 13.5h10',
  upload: 'M8 10.5V3M5 6l3-3 3 3M3 13.5h10',
  folder: 'M2 4h4l1.5 1.8H14v7.4H2zM8 8v3.4M6.3 9.7h3.4',
  trash: 'M3 4.5h10M6.5 4.5V2.8h3v1.7M4.2 4.5l.6 8.7h6.4l.6-8.7M6.8 7v3.8m2.4-3.8v3.8',
  edit: 'm3 13 .8-3.4L11 2.4 13.6 5l-7.2 7.2L3 13Zm6.4-9 2.6 2.6'
} as const;

export type IconName = keyof typeof shapes;

/** A drawn sign in the colour of its text; always beside words or inside something labelled, so hidden from readers. */
export const Icon = ({ name, spin = false }: { readonly name: IconName; readonly spin?: boolean }) => (
  <svg
    className={spin ? 'hop-Icon hop-mod-spin' : 'hop-Icon'}
    viewBox="0 0 16 16"
    width="16"
    height="16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    <path d={shapes[name]} />
  </svg>
);
