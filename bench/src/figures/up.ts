import type { Figure } from '../figure.ts';
import { platform } from '../hopslab/platform.ts';
import { timed } from '../parts/programs.ts';

export const up: Figure = {
  name: 'up',
  title: 'warm `up`, until it returns with everything ready',
  unit: 's',
  bar: { of: 'ours', atMost: 5 },

  async ours(bench) {
    const ours = await platform(bench);
    await ours.down();
    return timed(ours.up);
  }
};
