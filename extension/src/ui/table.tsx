import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Icon } from './icons.js';
import { sortRows, turned, type Sorting } from './sorting.js';

export interface Column<R> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: R) => ReactNode;
  /** What it is sorted by; without it, it cannot be sorted. */
  readonly sortBy?: (row: R) => string | number | null;
  /** A CSS grid track; `minmax(6em, 1fr)` by default. */
  readonly width?: string;
  readonly align?: 'start' | 'end';
}

export interface TableProps<R> {
  readonly label: string;
  readonly rows: readonly R[];
  readonly columns: readonly Column<R>[];
  readonly rowKey: (row: R) => string | number;
  readonly sorting?: Sorting;
  /** Opens a row, by Enter or double click. */
  readonly onOpen?: (row: R, by: 'key' | 'pointer') => void;
  /** A single click opens it too. */
  readonly opensByClick?: boolean;
  /** The key of the row that is open now. */
  readonly opened?: string | number | null;
  /** Rows can be ticked, by their box or by Space. */
  readonly ticks?: {
    readonly of: ReadonlySet<string | number>;
    readonly toggle: (row: R) => void;
    readonly label: (row: R) => string;
    /** Over the boxes. */
    readonly title: string;
  };
  readonly empty?: ReactNode;
  /** Height of the scrolled part in pixels; shorter where there are fewer rows. */
  readonly height?: number;
}

const rowHeight = 28;

/** Rows by the ten thousand: only those in sight are drawn. Arrow keys, Home and End move between them. */
export const Table = <R,>({
  label,
  rows,
  columns,
  rowKey,
  sorting: initial,
  onOpen,
  opensByClick = false,
  opened = null,
  ticks,
  empty,
  height = 320
}: TableProps<R>) => {
  const [sorting, setSorting] = useState(initial);
  const [active, setActive] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => sortRows(rows, columns, sorting), [rows, columns, sorting]);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8
  });
  const widths = columns.map(({ width }) => width ?? 'minmax(6em, 1fr)');
  const template = [...(ticks ? ['2.4em'] : []), ...widths].join(' ');
  const current = Math.min(active, shown.length - 1);

  const goTo = (index: number): void => {
    const target = Math.max(0, Math.min(shown.length - 1, index));
    setActive(target);
    virtual.scrollToIndex(target);
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-index="${target}"]`)?.focus();
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.floor(height / rowHeight);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: shown.length - 1
    };
    const target = moves[event.key];
    const row = shown[current];
    if (target !== undefined) goTo(target);
    else if (event.key === 'Enter' && row !== undefined && event.target === event.currentTarget)
      onOpen?.(row, 'key');
    else if (event.key === ' ' && row !== undefined && ticks && event.target === event.currentTarget)
      ticks.toggle(row);
    else return;
    event.preventDefault();
  };

  return (
    <div className="hop-Table" role="grid" aria-label={label} aria-rowcount={shown.length + 1}>
      <div className="hop-Table-head" role="rowgroup">
        <div className="hop-Table-row" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
          {ticks && (
            <div role="columnheader">
              <span className="hop-hidden">{ticks.title}</span>
            </div>
          )}
          {columns.map(column => (
            <div
              key={column.id}
              role="columnheader"
              className={`hop-mod-${column.align ?? 'start'}`}
              aria-sort={sorting?.column === column.id ? sorting.direction : undefined}
            >
              {column.sortBy ? (
                <button
                  type="button"
                  onClick={() => {
                    setSorting(turned(sorting, column.id));
                  }}
                >
                  {column.title}
                  {sorting?.column === column.id && (
                    <Icon name={sorting.direction === 'ascending' ? 'up' : 'down'} />
                  )}
                </button>
              ) : (
                column.title
              )}
            </div>
          ))}
        </div>
      </div>
      {shown.length === 0 && empty}
      <div className="hop-Table-scroll" role="rowgroup" ref={scroller} style={{ maxHeight: height }}>
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = shown[index];
            return row === undefined ? null : (
              <div
                key={rowKey(row)}
                role="row"
                aria-rowindex={index + 2}
                data-index={index}
                className="hop-Table-row"
                tabIndex={index === current ? 0 : -1}
                style={{
                  gridTemplateColumns: template,
                  transform: `translateY(${start}px)`,
                  height: rowHeight
                }}
                onFocus={() => {
                  setActive(index);
                }}
                onKeyDown={onKeyDown}
                aria-current={(opened !== null && rowKey(row) === opened) || undefined}
                onDoubleClick={() => {
                  onOpen?.(row, 'pointer');
                }}
                onClick={() => {
                  if (opensByClick) onOpen?.(row, 'pointer');
                }}
              >
                {ticks && (
                  <div role="gridcell">
                    <input
                      type="checkbox"
                      // By keyboard it is the row's own Space: else each row would be one more stop for Tab.
                      tabIndex={-1}
                      aria-label={ticks.label(row)}
                      checked={ticks.of.has(rowKey(row))}
                      onChange={() => {
                        ticks.toggle(row);
                      }}
                      onClick={event => {
                        event.stopPropagation();
                      }}
                    />
                  </div>
                )}
                {columns.map(column => (
                  <div key={column.id} role="gridcell" className={`hop-mod-${column.align ?? 'start'}`}>
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
};
