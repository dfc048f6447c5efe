import type { quota } from '@hopslab/schema';
import type { JSX, ReactNode } from 'react';
import { formatTime, StateBadge, useWords, type StateTone, type Translate } from '../../ui/index.js';
import { askedWords } from './quota.words.js';

const tones: Readonly<Record<quota.QuotaRequest['state'], StateTone>> = {
  waiting: 'waiting',
  granted: 'good',
  declined: 'bad'
};

const stateWord = (state: quota.QuotaRequest['state'], words: Translate): string =>
  ({
    waiting: words.__('waits for an answer'),
    granted: words.__('granted'),
    declined: words.__('declined')
  })[state];

/** What was asked for, and what was answered. */
export const Requests = ({
  requests,
  withProject = false,
  actions
}: {
  readonly requests: readonly quota.QuotaRequest[];
  readonly withProject?: boolean;
  readonly actions?: (request: quota.QuotaRequest) => ReactNode;
}): JSX.Element => {
  const words = useWords();
  return (
    <ul className="hop-Requests">
      {requests.map(request => (
        <li key={request.id}>
          <div className="hop-Requests-head">
            <strong>
              {withProject && `${request.project} · `}
              {askedWords(request.asked, words)}
            </strong>
            <StateBadge tone={tones[request.state]}>{stateWord(request.state, words)}</StateBadge>
          </div>
          <p>{request.reason}</p>
          <p className="hop-Quiet">{words.__('%1, %2', request.by, formatTime(request.at))}</p>
          {request.answer && (
            <p>
              {request.answer.words || words.__('No words were left.')}{' '}
              <span className="hop-Quiet">
                {words.__('%1, %2', request.answer.by, formatTime(request.answer.at))}
              </span>
            </p>
          )}
          {actions?.(request)}
        </li>
      ))}
    </ul>
  );
};
