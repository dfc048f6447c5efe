/** The parts of echarts that our charts are made of; loaded with the first chart. */
import { BarChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  ParallelComponent,
  TooltipComponent
} from 'echarts/components';
import { init as initAlone, use } from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';

use([
  BarChart,
  LineChart,
  ParallelChart,
  ScatterChart,
  AriaComponent,
  GridComponent,
  LegendComponent,
  ParallelComponent,
  TooltipComponent,
  CanvasRenderer,
  SVGRenderer
]);

// Re-exported as it is, a bundler would take it from echarts itself and leave the line above out.
export const init: typeof initAlone = (...given) => initAlone(...given);
