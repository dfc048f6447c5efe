import { useId, type JSX } from 'react';
import { Button, EmptyState, formatBytes, Notice, ProblemNotice, useWords } from '../../ui/index.js';
import type { PreviewModel } from './datasets.preview.model.js';
import { cellText, columnInWords } from './datasets.preview.words.js';
import { nameOf } from './datasets.places.js';

/** What can be done with the file, and why not; null where it can. */
export interface PreviewActions {
  readonly openAsText: () => void;
  readonly download: () => void;
  readonly downloadRefusal: () => string | null;
}

interface BarProps {
  readonly model: PreviewModel;
  readonly actions: PreviewActions;
}

const Counts = ({ model }: { readonly model: PreviewModel }): JSX.Element | null => {
  const words = useWords();
  const { about, rowCount, isWhole } = model;
  if (!about) return null;
  const all = about.rowCount ?? rowCount;
  const rows =
    about.rowCount === null && !isWhole
      ? words.__('more than %1 rows', Math.max(0, rowCount - 500).toLocaleString())
      : words._n('%2 row', '%2 rows', all, all.toLocaleString());
  const columns = words._n('%2 column', '%2 columns', about.columnCount, about.columnCount.toLocaleString());
  return (
    <span className="hop-Preview-counts">
      {[rows, columns, formatBytes(about.size), about.format.toUpperCase()].join(' · ')}
    </span>
  );
};

const Notes = ({ model }: { readonly model: PreviewModel }): JSX.Element | null => {
  const words = useWords();
  const { about, rowCount, isWhole } = model;
  if (!about) return null;
  const isCut = isWhole && rowCount >= about.reach && (about.rowCount ?? Infinity) > about.reach;
  const said = [
    ...(about.notes.includes('not-utf8')
      ? [words.__('It is not UTF-8, and is shown as Latin-1: some letters may be wrong.')]
      : []),
    ...(about.notes.includes('ragged') ? [words.__('Not all of its rows have the same columns.')] : []),
    ...(isCut ? [words.__('The first %1 rows are shown.', about.reach.toLocaleString())] : [])
  ];
  return (
    <>
      {said.length > 0 && <p className="hop-Preview-notes">{said.join(' ')}</p>}
      {about.stopped !== null && (
        <Notice tone="warning" title={words.__('The file cannot be read further')}>
          <p>{about.stopped}</p>
        </Notice>
      )}
    </>
  );
};

/** Above the grid: which file it is, how large, and what else can be done with it. */
export const PreviewBar = ({ model, actions }: BarProps): JSX.Element => {
  const words = useWords();
  const refusal = actions.downloadRefusal();
  const isEmpty = model.about?.columnCount === 0;
  return (
    <div className="hop-Preview-bar">
      <div className="hop-Preview-line">
        <strong className="hop-Preview-name">{nameOf(model.place.path)}</strong>
        <Counts model={model} />
        <span className="hop-Preview-actions">
          <Button look="bare" icon="refresh" iconOnly onClick={model.reload}>
            {words.__('Read it again')}
          </Button>
          <Button onClick={actions.openAsText}>{words.__('Open as text')}</Button>
          <Button onClick={actions.download} disabledReason={refusal}>
            {words.__('Download')}
          </Button>
        </span>
      </div>
      <Notes model={model} />
      {model.problem !== null && <ProblemNotice error={model.problem} onRetry={model.reload} />}
      {model.problem === null && !model.about && (
        <p className="hop-Preview-notes" role="status">
          {words.__('Reads the file…')}
        </p>
      )}
      {isEmpty && <EmptyState>{words.__('There is nothing in this file.')}</EmptyState>}
    </div>
  );
};

/** Below the grid, and for those who do not see it: the cell that the cursor is at, whole, and its column. */
export const PreviewDetail = ({
  model,
  row,
  column
}: {
  readonly model: PreviewModel;
  readonly row: number;
  readonly column: number;
}): JSX.Element | null => {
  const words = useWords();
  const label = useId();
  const about = model.column(column);
  if (!about || row < 0) return null;
  const cell = model.cell(row, column);
  return (
    <section className="hop-Preview-detail" aria-labelledby={label} aria-live="polite">
      <div className="hop-Preview-line">
        <strong id={label} className="hop-Preview-name">
          {words.__('%1, row %2', about.name, (row + 1).toLocaleString())}
        </strong>
        <span className="hop-Preview-counts">{columnInWords(about, model.statistics(column), words)}</span>
      </div>
      <pre className="hop-Preview-value" tabIndex={0}>
        {cell === null ? words.__('(missing)') : cellText(cell)}
      </pre>
      {cell !== null && typeof cell === 'object' && (
        <p className="hop-Preview-notes">
          {words.__('It is cut: the whole has %1.', cell.length.toLocaleString())}
        </p>
      )}
    </section>
  );
};
