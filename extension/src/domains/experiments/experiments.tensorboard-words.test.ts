import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import { boardOf, isWanted, keyOf, labelOf } from './experiments.tensorboard-words.js';

const trans = nullTranslator.load('hopslab');
const nameOf = (id: string): string | undefined => ({ a: 'digits' })[id];

describe('what a TensorBoard shows', () => {
  it('is the same whichever trial was chosen first', () => {
    expect(keyOf({ id: 'a', trials: [10, 2] })).toBe(keyOf({ id: 'a', trials: [2, 10] }));
    expect(keyOf({ id: 'a' })).not.toBe(keyOf({ id: 'a', trials: [2] }));
    expect(keyOf({ id: 'a', with: [{ experiment: 'b', trials: [3] }] })).toBe('a,b.3');
    expect(boardOf(['a'])).toEqual({ id: 'a' });
    expect(keyOf(boardOf(['a', 'b']))).toBe('a,b');
  });

  it('is in the name of its tab', () => {
    expect(labelOf({ id: 'a' }, nameOf, trans)).toBe('TensorBoard: digits');
    expect(labelOf({ id: 'a', trials: [0] }, nameOf, trans)).toBe('TensorBoard: digits, trial 0');
    expect(labelOf({ id: 'a', trials: [0, 3] }, nameOf, trans)).toBe('TensorBoard: digits, 2 trials');
    expect(labelOf({ id: 'b' }, nameOf, trans)).toBe('TensorBoard: Experiment');
    expect(labelOf({ id: 'a', with: [{ experiment: 'b' }] }, nameOf, trans)).toBe(
      'TensorBoard: 2 experiments'
    );
  });

  it('is asked for where a layout that is restored says something else', () => {
    expect(isWanted({ id: 'a', trials: [1], with: [{ experiment: 'b' }] })).toBe(true);
    for (const args of [
      {},
      { id: 1 },
      { id: 'a', trials: ['1'] },
      { id: 'a', with: [null] },
      { id: 'a', with: 'b' }
    ])
      expect(isWanted(args)).toBe(false);
  });
});
