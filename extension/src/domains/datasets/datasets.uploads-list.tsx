import type { JSX } from 'react';
import { Button, formatBytes, useWords, type Translate } from '../../ui/index.js';
import { localPathOf } from './datasets.places.js';
import { isUnderWay, type UploadItem, type Uploads } from './datasets.uploads.js';

/** So many are drawn: of a long list those that are not over come first. */
const shown = 50;

const rank = ({ state }: UploadItem): number =>
  state === 'failed' ? 0 : state === 'running' || state === 'away' ? 1 : 2;

const stateOf = ({ state, sent, size, reason }: UploadItem, words: Translate): string => {
  const far = words.__('%1 of %2', formatBytes(sent), formatBytes(size));
  switch (state) {
    case 'waiting':
      return words.__('%1, waits for its turn', formatBytes(size));
    case 'running':
      return far;
    case 'away':
      return words.__('%1, waits for the connection', far);
    case 'paused':
      return words.__('%1, paused', far);
    case 'left':
      return words.__('%1, interrupted: choose or drop the same file to go on', formatBytes(size));
    default:
      return words.__('not uploaded. %1', reason ?? '');
  }
};

const Item = ({ item, uploads }: { readonly item: UploadItem; readonly uploads: Uploads }): JSX.Element => {
  const words = useWords();
  const { key, name, place, state, canPause, size, sent } = item;
  const has = isUnderWay(item) || state === 'paused';
  return (
    <li className={`hop-Uploads-item hop-mod-${state}`} title={localPathOf(place)}>
      <div className="hop-Uploads-line">
        <span className="hop-Uploads-name">{name}</span>
        {canPause && isUnderWay(item) && (
          <Button look="bare" icon="pause" iconOnly onClick={() => uploads.pause(key)}>
            {words.__('Pause %1', name)}
          </Button>
        )}
        {canPause && state === 'paused' && (
          <Button look="bare" icon="play" iconOnly onClick={() => uploads.resume(key)}>
            {words.__('Go on with %1', name)}
          </Button>
        )}
        {canPause && state === 'failed' && (
          <Button look="bare" icon="refresh" iconOnly onClick={() => uploads.resume(key)}>
            {words.__('Try %1 again', name)}
          </Button>
        )}
        {state !== 'done' && (
          <Button look="bare" icon="cross" iconOnly onClick={() => uploads.cancel(key)}>
            {state === 'failed' && !canPause ? words.__('Dismiss %1', name) : words.__('Give up %1', name)}
          </Button>
        )}
      </div>
      {has && (
        <progress max={1} value={size === 0 ? 0 : sent / size} aria-label={words.__('Upload of %1', name)} />
      )}
      <span className="hop-Uploads-state" role={state === 'failed' ? 'alert' : undefined}>
        {stateOf(item, words)}
      </span>
    </li>
  );
};

/** What is on its way in, at the foot of the datasets; nothing while there is nothing. */
export const UploadsList = ({ uploads }: { readonly uploads: Uploads }): JSX.Element | null => {
  const words = useWords();
  const { items } = uploads;
  if (items.length === 0) return null;
  // What is there is seen in the folder; only how many is told.
  const count = (some: readonly UploadItem[]): number => some.reduce((sum, { files }) => sum + files, 0);
  const done = count(items.filter(({ state }) => state === 'done'));
  const rest = items
    .filter(({ state }) => state !== 'done')
    .sort((a, b) => rank(a) - rank(b) || a.key - b.key);
  const isOver = rest.every(({ state }) => state === 'failed');
  return (
    <section className="hop-Uploads" aria-label={words.__('Uploads')}>
      <div className="hop-Uploads-line hop-Uploads-head">
        <span className="hop-Uploads-name" role="status">
          {rest.length === 0
            ? words._n('%1 file was uploaded.', '%1 files were uploaded.', done)
            : words.__('Uploads: %1 of %2 done', done, count(items))}
        </span>
        {(isOver || done > 0) && (
          <Button
            look="bare"
            onClick={() => {
              uploads.clear();
            }}
          >
            {words.__('Clear')}
          </Button>
        )}
      </div>
      <ul>
        {rest.slice(0, shown).map(item => (
          <Item key={item.key} item={item} uploads={uploads} />
        ))}
      </ul>
      {rest.length > shown && (
        <p className="hop-Section-note">{words.__('and %1 more', rest.length - shown)}</p>
      )}
    </section>
  );
};
