import { LabIcon } from '@jupyterlab/ui-components';

/** Trials as dots, and the best so far as steps. */
const steps = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 24 24">
<g class="jp-icon3" fill="#616161">
<path d="M3 3h2v16h16v2H3z"/>
<path d="M7 15h4v-4h5V7h5V5h-7v4H9v4H7z"/>
<circle cx="13" cy="15.500" r="1.500"/><circle cx="18" cy="12.500" r="1.500"/>
</g></svg>`;

export const experimentIcon = new LabIcon({ name: 'hopslab:experiment', svgstr: steps });
