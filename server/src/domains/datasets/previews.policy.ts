import { previews, type datasets as contract } from '@hopslab/schema';
import { isGranted, refused, granted, type Person, type Verdict } from '../../platform/verdict.js';
import { canCarryAt } from './shares.policy.js';

/** Whether somebody may carry the file out: then a preview is no more than a small part of that. */
const mayCarry = (who: Person, dataset: contract.Dataset, path: string): boolean =>
  isGranted(canCarryAt(who, 'out', dataset, path));

/** How many rows of a file somebody sees. */
export const reachFor = (who: Person, dataset: contract.Dataset, path: string): number =>
  mayCarry(who, dataset, path) ? previews.reachOf.carrier : previews.reachOf.viewer;

/** Looking is everybody's, in a browser; a program with a token would carry. */
export const canPreview = (who: Person, channel: string, dataset: contract.Dataset, path: string): Verdict =>
  channel !== 'token' || mayCarry(who, dataset, path)
    ? granted('role')
    : refused('data.export', 'a data scientist looks at data in a browser; a token would carry it out.');
