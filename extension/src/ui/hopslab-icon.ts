import { LabIcon } from '@jupyterlab/ui-components';

/** The hub's mark; `jp-icon3` lets JupyterLab colour it with the theme. */
const mark = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 32 32">
<path class="jp-icon3" stroke="#616161" d="M10.500 4v24m0-9.500a6 6 0 0 1 12 0V28" style="fill: none" stroke-width="4"/>
<circle class="jp-icon3" fill="#616161" cx="21.500" cy="6.500" r="2.600"/>
</svg>`;

export const hopslabIcon = new LabIcon({ name: 'hopslab:mark', svgstr: mark });
