import type { experiments } from '@hopslab/schema';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type JSX } from 'react';
import { Button, EmptyState, formatNumber, ProblemNotice, StateBadge, useWords } from '../../ui/index.js';
import { endedTrials, hasEnded } from './experiments.order.js';
import type { IExperiments } from './experiments.tokens.js';
import { experimentTone, experimentWord } from './experiments.words.js';

/** What a person can do from the section; the plugin makes these commands. */
export interface SectionActions {
  readonly open: (id: string) => void;
  readonly example: () => void;
  /** Opens the form for a program. */
  readonly begin: () => void;
}

interface Props {
  readonly model: IExperiments;
  readonly actions: SectionActions;
}

const rowHeight = 52;

const Row = ({
  model,
  item,
  open
}: {
  model: IExperiments;
  item: experiments.Experiment;
  open: () => void;
}): JSX.Element => {
  const words = useWords();
  const state = model.isStopping(item.id) && !hasEnded(item) ? 'stopping' : item.state;
  const ended = endedTrials(item);
  const { failed } = item.trialCounts;
  return (
    <button type="button" className="hop-Experiment" onClick={open} title={item.name}>
      <span className="hop-Experiment-line">
        <span className="hop-Experiment-name">{item.name}</span>
        {item.tags.length > 0 && <span className="hop-Experiment-tags">{item.tags.join(', ')}</span>}
        <StateBadge tone={experimentTone[state]}>{experimentWord(state, words)}</StateBadge>
      </span>
      <span className="hop-Experiment-line hop-Quiet">
        <span>
          {hasEnded(item)
            ? words._n('%1 trial', '%1 trials', ended)
            : words.__('%1 of %2 trials', ended, item.planned)}
          {failed > 0 && <span className="hop-Experiment-failed">{words.__(', %1 failed', failed)}</span>}
        </span>
        {item.best && (
          <span className="hop-Experiment-best" title={words.__('Best %1', item.metric)}>
            <span>{item.metric}</span>
            <span>{formatNumber(item.best.value)}</span>
          </span>
        )}
      </span>
      {!hasEnded(item) && (
        // The line above says the same in words.
        <span className="hop-Experiment-track" aria-hidden="true">
          <span style={{ width: `${Math.min(100, (100 * ended) / item.planned)}%` }} />
        </span>
      )}
    </button>
  );
};

const List = ({ model, actions }: Props): JSX.Element => {
  const words = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const { items, hasMore } = model;
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const atEnd = hasMore && last >= items.length - 1;
  useEffect(() => {
    if (atEnd) void model.loadMore();
  }, [atEnd, items.length, model]);

  return (
    <div className="hop-Experiments" ref={scroller} tabIndex={-1}>
      <ul aria-label={words.__('Experiments')} style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, start }) => {
          const item = items[index];
          return item === undefined ? null : (
            <li
              key={item.id}
              aria-setsize={hasMore ? -1 : items.length}
              aria-posinset={index + 1}
              style={{ height: rowHeight, transform: `translateY(${start}px)` }}
            >
              <Row
                model={model}
                item={item}
                open={() => {
                  actions.open(item.id);
                }}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
};

/** The section Experiments: every experiment of the project, newest first, live. */
export const ExperimentsSection = ({ model, actions }: Props): JSX.Element => {
  const words = useWords();
  if (model.loading === 'failed')
    return (
      <div className="hop-Section">
        <ProblemNotice error={model.problem} onRetry={() => void model.reload()} />
      </div>
    );
  if (model.items.length > 0)
    return (
      <div className="hop-ExperimentsSection">
        <Button look="bare" icon="plus" onClick={actions.begin}>
          {words.__('New experiment…')}
        </Button>
        <List model={model} actions={actions} />
      </div>
    );
  if (model.loading === 'loading') return <p className="hop-Section-note">{words.__('Loading…')}</p>;
  return (
    <EmptyState
      action={
        <>
          <Button look="main" onClick={actions.example}>
            {words.__('Open an example')}
          </Button>
          <Button onClick={actions.begin}>{words.__('New experiment…')}</Button>
        </>
      }
    >
      {words.__('An experiment tries many hyperparameters in parallel and shows here how they do.')}
    </EmptyState>
  );
};
