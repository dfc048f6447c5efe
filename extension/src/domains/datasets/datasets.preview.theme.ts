import type { DataGrid } from '@lumino/datagrid';

/** The colours and letters of JupyterLab's theme, as a canvas needs them. */
export interface GridTheme {
  readonly style: DataGrid.Style;
  readonly text: string;
  readonly faint: string;
  readonly bar: string;
  readonly header: string;
  readonly font: string;
  readonly strong: string;
  readonly small: string;
}

export const themeOf = (node: HTMLElement): GridTheme => {
  const styles = getComputedStyle(node);
  const of = (name: string): string => styles.getPropertyValue(name).trim();
  const [layout, raised, border, brand] = [
    of('--jp-layout-color1'),
    of('--jp-layout-color2'),
    of('--jp-border-color2'),
    of('--jp-brand-color1')
  ];
  const family = of('--jp-ui-font-family') || 'sans-serif';
  return {
    style: {
      voidColor: layout,
      backgroundColor: layout,
      gridLineColor: border,
      headerBackgroundColor: raised,
      headerGridLineColor: of('--jp-border-color1'),
      selectionFillColor: `color-mix(in srgb, ${brand} 20%, transparent)`,
      selectionBorderColor: brand,
      headerSelectionFillColor: `color-mix(in srgb, ${brand} 15%, transparent)`,
      headerSelectionBorderColor: brand,
      cursorFillColor: `color-mix(in srgb, ${brand} 25%, transparent)`,
      cursorBorderColor: brand
    },
    text: of('--jp-ui-font-color0'),
    faint: of('--jp-ui-font-color1'),
    bar: brand,
    header: raised,
    font: `13px ${family}`,
    strong: `600 13px ${family}`,
    small: `11px ${family}`
  };
};
