import { LabIcon } from '@jupyterlab/ui-components';

/** A cube. */
const cube = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 24 24">
<path class="jp-icon3" fill="#616161" d="M12 2 3 7v10l9 5 9-5V7zm0 2.300L18 7.600l-6 3.300-6-3.300zM5 9.300l6 3.300v6.600l-6-3.300zm8 9.900v-6.600l6-3.300v6.600z"/>
</svg>`;

export const modelIcon = new LabIcon({ name: 'hopslab:model', svgstr: cube });
