import { useState, type JSX } from 'react';
import { Button, useWords } from '../../ui/index.js';
import { mostTogether } from './experiments.several-model.js';

/** Which experiments are ticked in the list. */
export interface Chosen {
  readonly ids: ReadonlySet<string>;
  /** No more fit side by side. */
  readonly full: boolean;
  readonly toggle: (id: string) => void;
  readonly clear: () => void;
}

export const useChosen = (): Chosen => {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return {
    ids,
    full: ids.size >= mostTogether,
    toggle: id => {
      setIds(before => {
        if (before.has(id)) return new Set([...before].filter(other => other !== id));
        return before.size < mostTogether ? new Set([...before, id]) : before;
      });
    },
    clear: () => {
      setIds(new Set());
    }
  };
};

/** The box of one experiment; it appears with the pointer or the focus, and stays while any is ticked. */
export const ChoiceBox = ({
  chosen,
  id,
  name
}: {
  readonly chosen: Chosen;
  readonly id: string;
  readonly name: string;
}): JSX.Element => {
  const words = useWords();
  const ticked = chosen.ids.has(id);
  const off = chosen.full && !ticked;
  return (
    <input
      type="checkbox"
      className="hop-Experiment-choice"
      aria-label={words.__('Choose %1', name)}
      title={off ? words.__('At most %1 fit side by side.', mostTogether) : words.__('Choose to compare')}
      checked={ticked}
      disabled={off}
      onChange={() => {
        chosen.toggle(id);
      }}
    />
  );
};

interface BarProps {
  readonly count: number;
  readonly full: boolean;
  readonly compare: () => void;
  readonly tensorboard: () => void;
  readonly clear: () => void;
}

/** What can be done with those that are ticked. */
export const ChosenBar = ({ count, full, compare, tensorboard, clear }: BarProps): JSX.Element => {
  const words = useWords();
  return (
    <div className="hop-Chosen" role="group" aria-label={words.__('Chosen experiments')}>
      <span role="status">
        {full ? words.__('%1 of %2', count, mostTogether) : words.__('%1 chosen', count)}
      </span>
      <Button
        look="bare"
        onClick={compare}
        disabledReason={count < 2 ? words.__('Choose another one to compare them.') : null}
      >
        {words.__('Compare')}
      </Button>
      <Button look="bare" onClick={tensorboard}>
        {words.__('TensorBoard')}
      </Button>
      <Button look="bare" icon="cross" iconOnly onClick={clear}>
        {words.__('Clear')}
      </Button>
    </div>
  );
};
