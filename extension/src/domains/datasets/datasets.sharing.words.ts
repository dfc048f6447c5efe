import type { shares } from '@hopslab/schema';
import type { Translate } from '../../ui/index.js';

export const permissionWord = (permission: shares.Permission, words: Translate): string =>
  permission === 'editable' ? words.__('Read and change') : words.__('Read only');

export const stateWord = (state: shares.Share['state'], words: Translate): string =>
  ({
    offered: words.__('waits for an answer'),
    accepted: words.__('accepted'),
    rejected: words.__('rejected')
  })[state];

/** What a permission means for those who get it. */
export const permissionHint = (permission: shares.Permission, words: Translate): string =>
  permission === 'editable'
    ? words.__('Their data owners’ programs read and change it; it counts to this project’s storage.')
    : words.__('Their programs read it; nothing of theirs can change it.');
