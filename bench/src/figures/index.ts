import type { Figure } from '../figure.ts';
import { apiFigures } from './api.ts';
import { earlyStopping } from './early-stopping.ts';
import { idleMemory, shimMemory } from './memory.ts';
import { firstTrial } from './first-trial.ts';
import { notebookStart } from './notebook-start.ts';
import { proxyKilled, serverKilled } from './restarts.ts';
import { fileFigures } from './files.ts';
import { proxyFigures } from './proxy.ts';
import { flatFigures } from './searching.ts';
import { parquet, sparkStart } from './spark.ts';
import { trialThroughput, trialTime } from './trials.ts';
import { up } from './up.ts';

/** Every figure, in the order they are measured in. */
export const figures: readonly Figure[] = [
  up,
  idleMemory,
  shimMemory,
  notebookStart,
  serverKilled,
  proxyKilled,
  ...proxyFigures,
  ...apiFigures,
  ...fileFigures,
  trialTime,
  trialThroughput,
  firstTrial,
  ...flatFigures,
  ...earlyStopping,
  sparkStart,
  parquet
];
