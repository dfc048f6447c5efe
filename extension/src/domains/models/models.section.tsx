import type { models } from '@hopslab/schema';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type JSX } from 'react';
import { Button, EmptyState, formatNumber, formatTime, ProblemNotice, useWords } from '../../ui/index.js';
import type { IModels } from './models.tokens.js';

/** What a person can do from the section; the plugin makes these commands. */
export interface SectionActions {
  readonly open: (name: string) => void;
  readonly copyExample: () => void;
}

interface Props {
  readonly model: IModels;
  readonly actions: SectionActions;
}

const rowHeight = 52;

const Row = ({ item, open }: { readonly item: models.Model; readonly open: () => void }): JSX.Element => {
  const words = useWords();
  const { newest, versions } = item;
  const [metric] = Object.entries(newest.metrics);
  return (
    <button
      type="button"
      className="hop-Experiment"
      onClick={open}
      title={words.__('%1, registered %2', item.name, formatTime(newest.createdAt))}
    >
      <span className="hop-Experiment-line">
        <span className="hop-Experiment-name">{item.name}</span>
        <span className="hop-Quiet">
          {words.__('version %1', newest.version)}
          {versions > 1 && words.__(' of %1', versions)}
        </span>
      </span>
      <span className="hop-Experiment-line hop-Quiet">
        <span>{newest.missing ? words.__('its files are missing') : newest.createdBy}</span>
        {metric && (
          <span className="hop-Experiment-best" title={metric[0]}>
            <span>{metric[0]}</span>
            <span>{formatNumber(metric[1])}</span>
          </span>
        )}
      </span>
    </button>
  );
};

const List = ({
  items,
  isCut,
  open
}: {
  readonly items: readonly models.Model[];
  readonly isCut: boolean;
  readonly open: (name: string) => void;
}): JSX.Element => {
  const words = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6
  });
  return (
    <div className="hop-Models" ref={scroller}>
      <ul style={{ height: virtual.getTotalSize() }} aria-label={words.__('Models')}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          return item === undefined ? null : (
            <li
              key={item.name}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              style={{ height: rowHeight, transform: `translateY(${start}px)` }}
            >
              <Row
                item={item}
                open={() => {
                  open(item.name);
                }}
              />
            </li>
          );
        })}
      </ul>
      {isCut && (
        <p className="hop-Section-note">
          {words.__('There are more; the dataset Models has the folders of all.')}
        </p>
      )}
    </div>
  );
};

/** The section Models: what was registered, by name, live. */
export const ModelsSection = ({ model, actions }: Props): JSX.Element => {
  const words = useWords();
  const { state, problem, isCut } = model;
  if (problem)
    return (
      <div className="hop-Section">
        <ProblemNotice error={problem} onRetry={() => void model.reload()} />
      </div>
    );
  if (state === null) return <p className="hop-Section-note">{words.__('Loading…')}</p>;
  if (state.length > 0) return <List items={state} isCut={isCut} open={actions.open} />;
  return (
    <EmptyState
      action={
        <Button look="main" onClick={actions.copyExample}>
          {words.__('Copy an example')}
        </Button>
      }
    >
      {words.__(
        'A notebook registers a model here, with its version and metrics; an experiment registers the best of its trials.'
      )}
    </EmptyState>
  );
};
