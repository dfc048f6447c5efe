import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useRef } from 'react';
import { Button } from './button.js';
import { useWords } from './words.js';

/** The theme's colours as they are where the chart stands. */
export interface ChartColors {
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  readonly ground: string;
  readonly main: string;
  readonly second: string;
  readonly bad: string;
}

export interface ChartProps {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly option: (colors: ChartColors) => EChartsCoreOption;
  readonly height?: number;
  /** Name of the file when it is saved. */
  readonly fileName: string;
}

const colorsAt = (element: Element): ChartColors => {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(`--jp-${name}`).trim();
  return {
    text: read('ui-font-color1'),
    faint: read('ui-font-color2'),
    grid: read('border-color2'),
    ground: read('layout-color1'),
    main: read('brand-color1'),
    second: read('accent-color1'),
    bad: read('error-color1')
  };
};

const save = (chart: EChartsType, fileName: string): void => {
  const link = document.createElement('a');
  link.href = chart.getDataURL({ type: 'svg' });
  link.download = `${fileName}.svg`;
  link.click();
};

/** A chart in the theme's colours, drawn anew when its data, its size or the theme changes. */
export const Chart = ({ label, option, height = 220, fileName }: ChartProps) => {
  const words = useWords();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>();
  const latest = useRef(option);
  latest.current = option;

  const draw = (): void => {
    if (place.current) chart.current?.setOption(latest.current(colorsAt(place.current)), { notMerge: true });
  };

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    let gone = false;
    const resized = new ResizeObserver(() => chart.current?.resize());
    const themed = new MutationObserver(draw);
    void import('./echarts.js').then(({ init }) => {
      if (gone) return;
      chart.current = init(element, null, { renderer: 'svg' });
      draw();
      resized.observe(element);
      for (const root of [document.documentElement, document.body])
        themed.observe(root, { attributeFilter: ['data-jp-theme-name', 'data-theme'] });
    });
    return () => {
      gone = true;
      resized.disconnect();
      themed.disconnect();
      chart.current?.dispose();
      chart.current = undefined;
    };
  }, []);
  useEffect(draw, [option]);

  return (
    <figure className="hop-Chart">
      <div ref={place} role="img" aria-label={label} style={{ height }} />
      <Button
        look="bare"
        icon="save"
        iconOnly
        onClick={() => {
          if (chart.current) save(chart.current, fileName);
        }}
      >
        {words.__('Save as SVG')}
      </Button>
    </figure>
  );
};
