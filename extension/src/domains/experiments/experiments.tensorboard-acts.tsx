import type { JSX } from 'react';
import { Button, useWords } from '../../ui/index.js';

interface Props {
  readonly again: () => void;
  readonly apart: () => void;
}

/** What can be done with a tab of TensorBoard, above it. */
export const TensorboardActs = ({ again, apart }: Props): JSX.Element => {
  const words = useWords();
  return (
    <div className="hop-TensorboardActs">
      <Button look="bare" onClick={again}>
        {words.__('Load again')}
      </Button>
      <Button look="bare" onClick={apart}>
        {words.__('Open in a browser tab')}
      </Button>
    </div>
  );
};
