import type { previews } from '@hopslab/schema';
import { CellRenderer, type GraphicsContext } from '@lumino/datagrid';
import type { Translate } from '../../ui/index.js';
import type { PreviewModel } from './datasets.preview.model.js';
import type { GridTheme } from './datasets.preview.theme.js';
import { missingInWords, typeInWords } from './datasets.preview.words.js';

export const headerHeight = 94;
const pad = 8;
const chart = { top: 40, height: 28 };

/** Above each column: its name, the type of its values, how many are missing, how they lie, and their ends. */
export class PreviewHeader extends CellRenderer {
  constructor(
    private readonly model: PreviewModel,
    private readonly theme: () => GridTheme,
    private readonly words: Translate
  ) {
    super();
  }

  override paint(gc: GraphicsContext, config: CellRenderer.CellConfig): void {
    const { x, y, width, height } = config;
    if (config.region !== 'column-header') return;
    const column = this.model.column(config.column);
    if (!column) return;
    const statistics = this.model.statistics(config.column);
    const { text, faint, strong, small, header } = this.theme();
    gc.save();
    gc.beginPath();
    gc.rect(x + 1, y, width - 2, height);
    gc.clip();
    gc.fillStyle = header;
    gc.fillRect(x, y, width - 1, height - 1);
    gc.textBaseline = 'middle';
    gc.textAlign = 'left';
    this.line(gc, { text: column.name, x: x + pad, y: y + 12, font: strong, colour: text });
    const said = [
      typeInWords(column, this.words),
      ...(statistics ? [missingInWords(statistics, this.words)] : [])
    ];
    this.line(gc, { text: said.join(' · '), x: x + pad, y: y + 28, font: small, colour: faint });
    if (statistics) this.drawStatistics(gc, config, statistics);
    gc.restore();
  }

  private line(
    gc: GraphicsContext,
    { text, x, y, font, colour }: { text: string; x: number; y: number; font: string; colour: string }
  ): void {
    gc.font = font;
    gc.fillStyle = colour;
    // No longer than a header shows: canvases take their time with letters nobody sees.
    gc.fillText(text.slice(0, 200), x, y);
  }

  private drawStatistics(
    gc: GraphicsContext,
    { x, y, width }: CellRenderer.CellConfig,
    { bars, min, max }: previews.ColumnStatistics
  ): void {
    const { bar, faint, small } = this.theme();
    const highest = Math.max(1, ...bars.map(({ count }) => count));
    const step = (width - 2 * pad) / Math.max(1, bars.length);
    gc.fillStyle = bar;
    bars.forEach(({ count }, i) => {
      const size = count === 0 ? 0 : Math.max(1.5, (count / highest) * chart.height);
      gc.fillRect(x + pad + i * step, y + chart.top + chart.height - size, Math.max(1, step - 1), size);
    });
    const base = y + chart.top + chart.height + 13;
    if (min === null) return;
    const half = (width - 3 * pad) / 2;
    const low = this.fitted(gc, min, half);
    this.line(gc, { text: low, x: x + pad, y: base, font: small, colour: faint });
    if (max === null || max === min) return;
    gc.textAlign = 'right';
    this.line(gc, {
      text: this.fitted(gc, max, half),
      x: x + width - pad,
      y: base,
      font: small,
      colour: faint
    });
    gc.textAlign = 'left';
  }

  private fitted(gc: GraphicsContext, text: string, width: number): string {
    gc.font = this.theme().small;
    if (text.length <= 60 && gc.measureText(text).width <= width) return text;
    let shown = text.slice(0, 60);
    while (shown.length > 1 && gc.measureText(`${shown}…`).width > width) shown = shown.slice(0, -1);
    return `${shown}…`;
  }
}
