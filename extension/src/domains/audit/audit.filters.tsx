import type { audit } from '@hopslab/schema';
import { useEffect, useState, type JSX } from 'react';
import { Button, Icon, SelectField, TextField, useWords, type Translate } from '../../ui/index.js';
import type { AuditModel, Filters } from './audit.model.js';
import { kindsOf, personOf, wayWord, type Names } from './audit.words.js';

const ways: readonly audit.WayIn[] = [
  'hub',
  'token',
  'notebook',
  'sandbox',
  'device',
  'command line',
  'platform'
];

/** The day in the reader's own calendar that a time falls on. */
const dayOf = (time: string | undefined): string => {
  if (time === undefined) return '';
  const date = new Date(time);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map(part => String(part).padStart(2, '0'))
    .join('-');
};

/** The moment a day begins, `later` days after it. */
const beginOf = (day: string, later = 0): string | undefined => {
  const date = new Date(`${day}T00:00:00`);
  if (day === '' || Number.isNaN(date.getTime())) return undefined;
  date.setDate(date.getDate() + later);
  return date.toISOString();
};

/** The last day before a moment. */
const lastDayOf = (to: string | undefined): string =>
  to === undefined ? '' : dayOf(new Date(Date.parse(to) - 1).toISOString());

interface Props {
  readonly model: AuditModel;
  readonly names: Names;
}

const labelsOf = (filters: Filters, names: Names, words: Translate): [keyof Filters, string][] => {
  const { who, action, asset, from, to, outcome, channel } = filters;
  const labels: [keyof Filters, string | undefined][] = [
    ['who', who && words.__('By %1', personOf(who, names, words))],
    ['action', action && (kindsOf(words).find(({ value }) => value === action)?.label ?? action)],
    ['asset', asset && words.__('On %1…', asset)],
    ['from', from && words.__('From %1', dayOf(from))],
    ['to', to && words.__('Until %1', lastDayOf(to))],
    ['outcome', outcome && (outcome === 'refused' ? words.__('Refused') : words.__('Done'))],
    ['channel', channel && wayWord(channel, words)]
  ];
  return labels.filter((label): label is [keyof Filters, string] => label[1] !== undefined);
};

/** What is asked for, each as something to take away again. */
const Chips = ({ model, names }: Props): JSX.Element | null => {
  const words = useWords();
  const labels = labelsOf(model.filters, names, words);
  if (labels.length === 0) return null;
  return (
    <div className="hop-Chips" role="group" aria-label={words.__('Filters in use')}>
      {labels.map(([name, label]) => (
        <button
          key={name}
          type="button"
          className="hop-Chip"
          aria-label={words.__('Remove the filter: %1', label)}
          onClick={() => {
            model.setFilters({ ...model.filters, [name]: undefined });
          }}
        >
          {label}
          <Icon name="cross" />
        </button>
      ))}
      <Button
        look="bare"
        onClick={() => {
          model.setFilters({});
        }}
      >
        {words.__('Show everything')}
      </Button>
    </div>
  );
};

const textsOf = ({ who = '', asset = '', from, to }: Filters) => ({
  who,
  asset,
  from: dayOf(from),
  to: lastDayOf(to)
});

/** Who, what, on what, when, with which outcome, by which way. */
export const AuditFilters = ({ model, names }: Props): JSX.Element => {
  const words = useWords();
  const { filters } = model;
  const [texts, setTexts] = useState(textsOf(filters));
  // A chip taken away empties its field too.
  useEffect(() => {
    setTexts(textsOf(filters));
  }, [filters]);
  const choose = (change: Filters): void => {
    model.setFilters({ ...filters, ...change });
  };
  const type = (change: Partial<typeof texts>): void => {
    setTexts({ ...texts, ...change });
  };
  return (
    <form
      className="hop-Audit-filters"
      aria-label={words.__('Filters')}
      onSubmit={event => {
        event.preventDefault();
        const { who, asset, from, to } = texts;
        choose({ who: who.trim(), asset: asset.trim(), from: beginOf(from), to: beginOf(to, 1) });
      }}
    >
      <div className="hop-Audit-fields">
        <TextField
          label={words.__('Who')}
          value={texts.who}
          maxLength={60}
          suggestions={[...names].map(([value, label]) => ({ value, label }))}
          onChange={who => {
            type({ who });
          }}
        />
        <SelectField
          label={words.__('What')}
          value={filters.action ?? ''}
          options={kindsOf(words)}
          onChange={action => {
            choose({ action });
          }}
        />
        <TextField
          label={words.__('On what')}
          placeholder={words.__('file:Jupyter/')}
          value={texts.asset}
          maxLength={500}
          onChange={asset => {
            type({ asset });
          }}
        />
        <TextField
          label={words.__('From')}
          type="date"
          value={texts.from}
          onChange={from => {
            type({ from });
          }}
        />
        <TextField
          label={words.__('Until')}
          type="date"
          value={texts.to}
          onChange={to => {
            type({ to });
          }}
        />
        <SelectField
          label={words.__('Outcome')}
          value={filters.outcome ?? ''}
          options={[
            { value: '', label: words.__('Any') },
            { value: 'done', label: words.__('Done') },
            { value: 'refused', label: words.__('Refused') }
          ]}
          onChange={outcome => {
            choose({ outcome: outcome === '' ? undefined : outcome });
          }}
        />
        <SelectField
          label={words.__('Way in')}
          value={filters.channel ?? ''}
          options={[
            { value: '', label: words.__('Any') },
            ...ways.map(value => ({ value, label: wayWord(value, words) }))
          ]}
          onChange={channel => {
            choose({ channel: channel === '' ? undefined : channel });
          }}
        />
        <Button type="submit">{words.__('Filter')}</Button>
      </div>
      <Chips model={model} names={names} />
    </form>
  );
};
