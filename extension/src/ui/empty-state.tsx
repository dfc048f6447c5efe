import type { ReactNode } from 'react';

/** What is here when nothing is: one sentence, one button. */
export const EmptyState = ({
  children,
  action
}: {
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) => (
  <div className="hop-EmptyState">
    <p>{children}</p>
    {action}
  </div>
);
