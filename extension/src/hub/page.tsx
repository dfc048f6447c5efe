import { useEffect, useRef, type ReactNode } from 'react';

/** Names the window after what it shows. */
export const useTitle = (title: string): void => {
  useEffect(() => {
    document.title = `${title} · Hopslab`;
  }, [title]);
};

/**
 * One page under the header. It names the window, and takes the focus when what had it is gone with the page before,
 * so that keyboard and screen reader go on from here.
 */
export const Page = ({
  title,
  busy = false,
  children
}: {
  readonly title: string;
  readonly busy?: boolean;
  readonly children?: ReactNode;
}) => {
  const place = useRef<HTMLElement>(null);
  useTitle(title);
  useEffect(() => {
    if (document.activeElement === document.body) place.current?.focus({ preventScroll: true });
  }, []);
  return (
    <main className="hub-Main" aria-busy={busy || undefined} tabIndex={-1} ref={place}>
      {children}
    </main>
  );
};
