import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Translate } from '../../ui/index.js';
import type { DatasetsBrowser } from './datasets.browser.js';

const keyCommand = 'hopslab:datasets-key';
const onItem = '.hop-Datasets .jp-DirListing-content .jp-DirListing-itemText';
const onList = '.hop-Datasets .jp-DirListing:focus';
/** What means something in an empty folder too. */
const anywhere = ['Backspace', 'Accel V'];

/**
 * The keys of JupyterLab’s file browser. Its own commands act on the browser that it tracks, where new notebooks are
 * made too; this one is not tracked, for there their kernels would start in another folder.
 */
export const addKeys = ({ commands }: JupyterFrontEnd, browser: DatasetsBrowser, words: Translate): void => {
  const acts: Readonly<Record<string, () => unknown>> = {
    F2: () => browser.rename(),
    Delete: () => browser.delete(),
    Backspace: () => browser.goUp(),
    'Accel A': () => browser.selectAll(),
    'Accel X': () => {
      browser.cut();
    },
    'Accel V': () => browser.paste(),
    'Accel C': () => {
      browser.copy();
    },
    'Accel D': () => browser.duplicate()
  };
  commands.addCommand(keyCommand, {
    label: words.__('A key in the list of the datasets'),
    describedBy: { args: { type: 'object', properties: { key: { type: 'string' } } } },
    execute: ({ key }) => (typeof key === 'string' ? acts[key]?.() : undefined)
  });
  for (const key of Object.keys(acts))
    for (const selector of anywhere.includes(key) ? [onItem, onList] : [onItem])
      commands.addKeyBinding({ command: keyCommand, args: { key }, keys: [key], selector });
};
