import type { audit } from '@hopslab/schema';
import { useEffect, useRef, type JSX, type ReactNode } from 'react';
import { Button, useWords } from '../../ui/index.js';
import type { AuditModel } from './audit.model.js';
import { personOf, sentenceOf, wayWord, type Names } from './audit.words.js';

const exactly = (time: string): string =>
  new Date(time).toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' });

interface Props {
  readonly row: audit.AuditRow;
  readonly model: AuditModel;
  readonly names: Names;
  readonly onClose: () => void;
}

/** Everything that is known of one row. */
export const AuditDetails = ({ row, model, names, onClose }: Props): JSX.Element => {
  const words = useWords();
  const place = useRef<HTMLElement>(null);
  // It opens below the table, which may fill the window.
  useEffect(() => {
    place.current?.focus();
  }, [row]);
  const facts: [string, ReactNode][] = [
    [words.__('When'), <time dateTime={row.at}>{exactly(row.at)}</time>],
    [words.__('Who'), personOf(row.actor, names, words)],
    [words.__('Acting as'), row.projectUser],
    [words.__('Project'), row.project],
    [words.__('What'), <code>{row.action}</code>],
    [words.__('On what'), <code>{row.asset}</code>],
    [words.__('Outcome'), row.outcome === 'refused' ? words.__('Refused') : words.__('Done')],
    [words.__('Way in'), wayWord(row.channel, words)],
    [words.__('Address'), row.address],
    [words.__('Request'), row.requestId && <code>{row.requestId}</code>],
    [words.__('Row'), row.position],
    [words.__('More'), Object.keys(row.data).length > 0 && <pre>{JSON.stringify(row.data, null, 2)}</pre>]
  ];
  return (
    <section className="hop-Audit-details" aria-label={words.__('One row')} tabIndex={-1} ref={place}>
      <div className="hop-Audit-detailsHead">
        <h3>{sentenceOf(row, names, words)}</h3>
        <Button look="bare" icon="cross" iconOnly onClick={onClose}>
          {words.__('Close')}
        </Button>
      </div>
      <dl className="hop-Facts">
        {facts
          .filter(([, value]) => value !== null && value !== false)
          .map(([name, value]) => (
            <div key={name} className="hop-Audit-fact">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <div className="hop-Audit-more">
        <Button
          onClick={() => {
            model.setFilters({ ...model.filters, who: row.actor });
          }}
        >
          {words.__('Only by %1', personOf(row.actor, names, words))}
        </Button>
        <Button
          onClick={() => {
            model.setFilters({ ...model.filters, asset: row.asset });
          }}
        >
          {words.__('Only on this')}
        </Button>
      </div>
    </section>
  );
};
