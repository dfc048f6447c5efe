import { useId, type ReactNode } from 'react';

/** One part of a page, under its heading. */
export const Card = ({
  title,
  action,
  children
}: {
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) => {
  const id = useId();
  return (
    <section className="hub-Card" aria-labelledby={id}>
      <div className="hub-Card-head">
        <h2 id={id}>{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
};
