import type { publicDatasets } from '@hopslab/schema';
import { Breakable, Button, formatBytes, formatTime, useWords } from '../ui/index.js';

/** A public dataset: whose it is, what is in it, and how it comes into one’s own project. */
export const PublicTile = ({
  found,
  refusal,
  onAdd
}: {
  readonly found: publicDatasets.PublicDataset;
  /** Why it cannot be added anywhere; null where it can. */
  readonly refusal: string | null;
  readonly onAdd: () => void;
}) => {
  const words = useWords();
  const { owner, dataset, description, size, files, since, projects, addedTo } = found;
  const name = `${owner}::${dataset}`;
  return (
    <li className="hub-Tile">
      <strong className="hub-Tile-name">
        <Breakable name={name} />
      </strong>
      <span className="hub-Tile-text" title={description}>
        {description || words.__('No description')}
      </span>
      {addedTo.length > 0 && <span>{words.__('In %1', addedTo.join(', '))}</span>}
      <span className="hub-Tile-foot">
        <span>{words.__('%1 · %2', formatBytes(size), words._n('%1 file', '%1 files', files))}</span>
        <span>{words._n('in %1 project', 'in %1 projects', projects)}</span>
        <span className="hub-Tile-use">{words.__('public since %1', formatTime(since))}</span>
      </span>
      <Button disabledReason={refusal} onClick={onAdd}>
        {words.__('Add to a project…')}
        <span className="hop-hidden"> {name}</span>
      </Button>
    </li>
  );
};
