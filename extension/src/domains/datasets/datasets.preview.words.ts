import type { previews } from '@hopslab/schema';
import type { Translate } from '../../ui/index.js';

export const typeInWords = ({ type }: Pick<previews.Column, 'type'>, words: Translate): string =>
  ({
    integer: words.__('integer'),
    number: words.__('number'),
    decimal: words.__('decimal'),
    boolean: words.__('boolean'),
    text: words.__('text'),
    binary: words.__('binary'),
    date: words.__('date'),
    time: words.__('time of day'),
    timestamp: words.__('date and time'),
    duration: words.__('duration'),
    nested: words.__('nested'),
    null: words.__('empty'),
    mixed: words.__('mixed')
  })[type];

/** A cell as text: nothing where it is missing. */
export const cellText = (cell: previews.Cell | undefined): string => {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'object') return `${cell.text}…`;
  return String(cell);
};

const isNumeric: readonly previews.Column['type'][] = ['integer', 'number', 'decimal'];
export const isRight = (column: previews.Column | undefined): boolean =>
  column !== undefined && isNumeric.includes(column.type);

export const missingInWords = ({ nulls }: previews.ColumnStatistics, words: Translate): string =>
  nulls === 0 ? words.__('none missing') : words.__('%1 missing', nulls.toLocaleString());

/** What is known of a column, as a sentence for those who do not see its header. */
export const columnInWords = (
  column: previews.Column,
  statistics: previews.ColumnStatistics | undefined,
  words: Translate
): string =>
  [
    column.detail === '' ? typeInWords(column, words) : `${typeInWords(column, words)} (${column.detail})`,
    ...(statistics
      ? [
          missingInWords(statistics, words),
          ...(statistics.min === null
            ? []
            : [words.__('from %1 to %2', statistics.min, statistics.max ?? '')]),
          statistics.ofWhole ? words.__('of the whole file') : words.__('of the first rows')
        ]
      : [])
  ].join(', ');
