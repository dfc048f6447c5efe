import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { experiments } from '@hopslab/schema';
import type { Translate } from '../../ui/index.js';

type Experiment = experiments.Experiment;

const labelsOf = (items: readonly Experiment[]): string[] =>
  items.map(({ name, startedAt }) => `${name} · ${new Date(startedAt).toLocaleString()}`);

const isNone = (items: readonly Experiment[], words: Translate): boolean => {
  if (items.length === 0) Notification.info(words.__('There is no such experiment in this project.'));
  return items.length === 0;
};

/** Asks which one; null when there is none or the person thinks better of it. */
export const chooseOne = async (words: Translate, items: readonly Experiment[]): Promise<string | null> => {
  if (isNone(items, words)) return null;
  const labels = labelsOf(items);
  const { value } = await InputDialog.getItem({ title: words.__('Which experiment?'), items: labels });
  return value === null ? null : (items[labels.indexOf(value)]?.id ?? null);
};

/** Asks which ones; none when there are none or the person thinks better of it. */
export const chooseSeveral = async (
  words: Translate,
  items: readonly Experiment[],
  title: string
): Promise<readonly string[]> => {
  if (isNone(items, words)) return [];
  const labels = labelsOf(items);
  const { value } = await InputDialog.getMultipleItems({ title, items: labels });
  return items.filter((_, index) => value?.includes(labels[index] ?? '')).map(({ id }) => id);
};
