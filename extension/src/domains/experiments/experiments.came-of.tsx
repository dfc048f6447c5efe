import type { models as contract } from '@hopslab/schema';
import { useEffect, useState, type JSX } from 'react';
import { Button, useWords } from '../../ui/index.js';
import type { IModels } from '../models/models.tokens.js';

interface Props {
  readonly experiment: string;
  readonly models: Pick<IModels, 'of' | 'state'>;
  readonly open: (name: string) => void;
}

/** The models that came of an experiment, each with the newest version that did; nothing where none did. */
export const CameOf = ({ experiment, models, open }: Props): JSX.Element | null => {
  const words = useWords();
  const [came, setCame] = useState<readonly contract.Model[]>([]);
  // What changes the list of models may be one of these.
  const { state } = models;
  useEffect(() => {
    let isOver = false;
    // Where it cannot be had the section Models says why.
    models.of(experiment).then(
      found => {
        if (!isOver) setCame(found);
      },
      () => undefined
    );
    return () => {
      isOver = true;
    };
  }, [experiment, models, state]);
  if (came.length === 0) return null;
  return (
    <p className="hop-CameOf">
      <span className="hop-Quiet">{words.__('Registered as')}</span>
      {came.map(({ name, newest }) => (
        <Button
          key={name}
          look="bare"
          onClick={() => {
            open(name);
          }}
        >
          {words.__('%1, version %2', name, newest.version)}
        </Button>
      ))}
    </p>
  );
};
