import type { ReactNode } from 'react';
import { waitingIn, type Waiting } from './asking.js';
import { Button } from './button.js';
import { Icon, type IconName } from './icons.js';
import { useWords } from './words.js';

export type NoticeTone = 'error' | 'warning' | 'info' | 'success';

const icons: Readonly<Record<NoticeTone, IconName>> = {
  error: 'cross',
  warning: 'warning',
  info: 'info',
  success: 'check'
};

export interface NoticeProps {
  readonly tone: NoticeTone;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** Something the person should know, read out as it appears. */
export const Notice = ({ tone, title, children, actions }: NoticeProps) => (
  <div className={`hop-Notice hop-mod-${tone}`} role={tone === 'error' ? 'alert' : 'status'}>
    <Icon name={icons[tone]} />
    <div className="hop-Notice-body">
      <div className="hop-Notice-title">{title}</div>
      {children}
      {actions && <div className="hop-Notice-actions">{actions}</div>}
    </div>
  </div>
);

/** As much of a refused request as a person should see. */
export interface ShownProblem {
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | null;
  readonly retriable: boolean;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
}

const isProblem = (error: unknown): error is ShownProblem =>
  error instanceof Error && 'detail' in error && 'requestId' in error && 'title' in error;

const WaitingNotice = ({ waiting }: { readonly waiting: Waiting }) => {
  const words = useWords();
  return (
    <Notice
      tone="info"
      title={words.__('Waits for you to confirm it')}
      actions={
        <a className="hop-Button hop-mod-main" href={waiting.url} target="_blank" rel="noopener noreferrer">
          {words.__('Confirm on the hub')}
        </a>
      }
    >
      <p>{waiting.summary}</p>
      <p>
        {words.__(
          'Pages of notebooks cannot do this by themselves: confirm it within ten minutes in the window of the hub.'
        )}
      </p>
    </Notice>
  );
};

/** The detail, without the title that it may begin with. */
const detailOf = ({ title, detail }: ShownProblem): string =>
  detail.startsWith(`${title}.`) ? detail.slice(title.length + 1).trim() : detail;

/** What went wrong, where, what to do, and the number an administrator finds it by. */
export const ProblemNotice = ({
  error,
  onRetry
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
}) => {
  const words = useWords();
  const waiting = waitingIn(error);
  if (waiting) return <WaitingNotice waiting={waiting} />;
  if (!isProblem(error))
    return (
      <Notice tone="error" title={words.__('Something went wrong in this page')}>
        <p>{words.__('Load the page again. If it comes back, tell your administrator: %1', String(error))}</p>
      </Notice>
    );
  const detail = detailOf(error);
  return (
    <Notice
      tone="error"
      title={error.title}
      actions={onRetry && <Button onClick={onRetry}>{words.__('Try again')}</Button>}
    >
      {detail && <p>{detail}</p>}
      {error.errors.length > 0 && (
        <ul>
          {error.errors.map(({ pointer, detail }) => (
            <li key={pointer}>
              {pointer.split('/').slice(2).join(' › ')}: {detail}
            </li>
          ))}
        </ul>
      )}
      {error.requestId && (
        <p className="hop-Notice-request">
          {words.__('For your administrator: request')} <code>{error.requestId}</code>
        </p>
      )}
    </Notice>
  );
};
