import type { experiments } from '@hopslab/schema';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type JSX, type RefObject } from 'react';
import { Button, EmptyState, formatNumber, ProblemNotice, StateBadge, useWords } from '../../ui/index.js';
import { ChoiceBox, ChosenBar, useChosen, type Chosen } from './experiments.chosen.js';
import { endedTrials, hasEnded } from './experiments.order.js';
import type { IExperiments } from './experiments.tokens.js';
import { experimentTone, experimentWord } from './experiments.words.js';

/** What a person can do from the section; the plugin makes these commands. */
export interface SectionActions {
  readonly open: (id: string) => void;
  readonly example: () => void;
  /** Opens the form for a program. */
  readonly begin: () => void;
  /** Puts these side by side. */
  readonly compare: (ids: readonly string[]) => void;
  readonly tensorboard: (ids: readonly string[]) => void;
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
        {item.front !== null && item.front > 0 && (
          <span className="hop-Experiment-best">
            <span>{words.__('%1 on the front', item.front)}</span>
          </span>
        )}
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

/** Narrows the list to one tag, where any experiment has some; older ones are fetched as the list ends. */
const TagFilter = ({
  tags,
  tag,
  choose
}: {
  readonly tags: readonly string[];
  readonly tag: string;
  readonly choose: (tag: string) => void;
}): JSX.Element => {
  const words = useWords();
  return (
    <select
      className="hop-Input hop-TagFilter"
      aria-label={words.__('Tag')}
      title={tag}
      value={tag}
      onChange={event => {
        choose(event.target.value);
      }}
    >
      <option value="">{words.__('Any tag')}</option>
      {tags.map(one => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
};

const tagsIn = (items: readonly experiments.Experiment[]): readonly string[] =>
  [...new Set(items.flatMap(({ tags }) => tags))].sort((a, b) => a.localeCompare(b));

interface ListProps extends Props, Pick<IExperiments, 'items'> {
  readonly chosen: Chosen;
  readonly scroller: RefObject<HTMLDivElement>;
}

const List = ({ model, actions, items, chosen, scroller }: ListProps): JSX.Element => {
  const words = useWords();
  const { hasMore } = model;
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
    <div
      className={`hop-Experiments${chosen.ids.size > 0 ? ' hop-mod-choosing' : ''}`}
      ref={scroller}
      tabIndex={-1}
    >
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
              <ChoiceBox chosen={chosen} id={item.id} name={item.name} />
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

/** The list, narrowed to a tag as long as any of its experiments has it. */
const Tagged = ({ model, actions }: Props): JSX.Element => {
  const words = useWords();
  const [wanted, setWanted] = useState('');
  const chosen = useChosen();
  const scroller = useRef<HTMLDivElement>(null);
  const tags = useMemo(() => tagsIn(model.items), [model.items]);
  const tag = tags.includes(wanted) ? wanted : '';
  /** In the list's order, also those that the tag hides. */
  const ids = (): readonly string[] => model.items.filter(({ id }) => chosen.ids.has(id)).map(({ id }) => id);
  const items = useMemo(
    () => (tag === '' ? model.items : model.items.filter(one => one.tags.includes(tag))),
    [model.items, tag]
  );
  return (
    <div className="hop-ExperimentsSection">
      <div className="hop-ExperimentsSection-bar">
        <Button look="bare" icon="plus" onClick={actions.begin}>
          {words.__('New experiment…')}
        </Button>
        {tags.length > 0 && <TagFilter tags={tags} tag={tag} choose={setWanted} />}
      </div>
      <List model={model} actions={actions} items={items} chosen={chosen} scroller={scroller} />
      {chosen.ids.size > 0 && (
        // Below the list, so that no row moves away under the pointer.
        <ChosenBar
          count={chosen.ids.size}
          full={chosen.full}
          compare={() => {
            actions.compare(ids());
          }}
          tensorboard={() => {
            actions.tensorboard(ids());
          }}
          clear={() => {
            chosen.clear();
            scroller.current?.focus();
          }}
        />
      )}
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
  if (model.items.length > 0) return <Tagged model={model} actions={actions} />;
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
