import {
  BasicKeyHandler,
  BasicMouseHandler,
  BasicSelectionModel,
  DataGrid,
  DataModel,
  TextRenderer
} from '@lumino/datagrid';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type { Translate } from '../../ui/index.js';
import { headerHeight, PreviewHeader } from './datasets.preview.header.js';
import type { Arrived, PreviewModel } from './datasets.preview.model.js';
import { themeOf, type GridTheme } from './datasets.preview.theme.js';
import { cellText, isRight } from './datasets.preview.words.js';

/** The cells of a file, for a grid: those that are not there yet are empty until they come. */
class PreviewCells extends DataModel {
  private rows = 0;
  private columns = 0;

  constructor(private readonly model: PreviewModel) {
    super();
    model.replaced.connect(this.onReplaced);
    model.arrived.connect(this.onArrived);
    this.take();
  }

  dispose(): void {
    this.model.replaced.disconnect(this.onReplaced);
    this.model.arrived.disconnect(this.onArrived);
  }

  override rowCount(region: DataModel.RowRegion): number {
    return region === 'body' ? this.rows : 1;
  }

  override columnCount(region: DataModel.ColumnRegion): number {
    return region === 'body' ? this.columns : 1;
  }

  override data(region: DataModel.CellRegion, row: number, column: number): unknown {
    if (region === 'corner-header') return '';
    if (region === 'row-header') return row + 1;
    if (region === 'column-header') return this.model.column(column)?.name ?? '';
    return cellText(this.model.cell(row, column));
  }

  private take(): void {
    this.rows = this.model.rowCount;
    this.columns = this.model.about?.columnCount ?? 0;
  }

  private readonly onReplaced = (): void => {
    this.take();
    this.emitChanged({ type: 'model-reset' });
  };

  private readonly onArrived = (_: unknown, what: Arrived | null): void => {
    const before = this.rows;
    this.take();
    const rows = this.rows - before;
    if (rows > 0) this.emitChanged({ type: 'rows-inserted', region: 'body', index: before, span: rows });
    if (rows < 0) this.emitChanged({ type: 'rows-removed', region: 'body', index: this.rows, span: -rows });
    if (this.columns === 0) return;
    this.emitChanged({
      type: 'cells-changed',
      region: 'column-header',
      row: 0,
      column: 0,
      rowSpan: 1,
      columnSpan: this.columns
    });
    // With null a request has to be made again: everything that is seen asks anew.
    const {
      row,
      column,
      rows: rowSpan,
      columns
    } = what ?? { row: 0, column: 0, rows: this.rows, columns: this.columns };
    if (rowSpan === 0 || columns === 0) return;
    this.emitChanged({ type: 'cells-changed', region: 'body', row, column, rowSpan, columnSpan: columns });
  };
}

export interface PreviewGrid {
  readonly grid: DataGrid;
  /** Wears the theme that the page has now. */
  readonly dress: () => void;
}

/** A grid over a file that is looked at. */
export const createPreviewGrid = (model: PreviewModel, words: Translate): PreviewGrid => {
  let theme: GridTheme = themeOf(document.body);
  const cells = new PreviewCells(model);
  const grid = new DataGrid({
    defaultSizes: { rowHeight: 24, columnWidth: 160, rowHeaderWidth: 72, columnHeaderHeight: headerHeight },
    minimumSizes: { rowHeight: 20, columnWidth: 40, rowHeaderWidth: 40, columnHeaderHeight: headerHeight },
    copyConfig: {
      separator: '\t',
      headers: 'none',
      // A tab or the end of a line in a cell would tear a table apart where it is pasted.
      format: ({ value }) => String(value ?? '').replaceAll(/[\t\r\n]+/g, ' '),
      warningThreshold: 100_000
    }
  });
  const alignOf = ({ region, column }: { region: string; column: number }) =>
    region === 'row-header' || (region === 'body' && isRight(model.column(column))) ? 'right' : 'left';

  const dress = (): void => {
    theme = themeOf(document.body);
    const text = new TextRenderer({
      font: theme.font,
      textColor: ({ region }) => (region === 'row-header' ? theme.faint : theme.text),
      horizontalAlignment: alignOf,
      elideDirection: 'right'
    });
    grid.style = { ...DataGrid.defaultStyle, ...theme.style };
    grid.cellRenderers.update({
      body: text,
      'row-header': text,
      'corner-header': text,
      'column-header': new PreviewHeader(model, () => theme, words)
    });
  };
  dress();
  grid.dataModel = cells;
  grid.selectionModel = new BasicSelectionModel({ dataModel: cells });
  grid.keyHandler = new BasicKeyHandler();
  grid.mouseHandler = new BasicMouseHandler();
  // It is as large as what is above and below it leaves, which no layout of Lumino's tells it.
  const sized = new ResizeObserver(() => {
    MessageLoop.postMessage(grid, Widget.ResizeMessage.UnknownSize);
  });
  sized.observe(grid.node);
  grid.disposed.connect(() => {
    sized.disconnect();
    cells.dispose();
  });
  return { grid, dress };
};
