import type { experiments } from '@hopslab/schema';
import type { StateTone, Translate } from '../../ui/index.js';

export const experimentTone: Readonly<Record<experiments.Experiment['state'], StateTone>> = {
  running: 'busy',
  paused: 'waiting',
  draining: 'busy',
  stopping: 'busy',
  complete: 'good',
  stopped: 'ended',
  failed: 'bad'
};

export const experimentWord = (state: experiments.Experiment['state'], words: Translate): string =>
  ({
    running: words.__('running'),
    paused: words.__('paused'),
    draining: words.__('stopping after what runs'),
    stopping: words.__('stopping'),
    complete: words.__('complete'),
    stopped: words.__('stopped'),
    failed: words.__('failed')
  })[state];

export const trialTone: Readonly<Record<experiments.Trial['state'], StateTone>> = {
  queued: 'waiting',
  running: 'busy',
  complete: 'good',
  pruned: 'ended',
  failed: 'bad',
  stopped: 'ended'
};

export const trialWord = (state: experiments.Trial['state'], words: Translate): string =>
  ({
    queued: words.__('queued'),
    running: words.__('running'),
    complete: words.__('complete'),
    pruned: words.__('pruned'),
    failed: words.__('failed'),
    stopped: words.__('stopped')
  })[state];

export const directionWord = (direction: experiments.Experiment['direction'], words: Translate): string =>
  direction === 'maximize' ? words.__('maximize') : words.__('minimize');
