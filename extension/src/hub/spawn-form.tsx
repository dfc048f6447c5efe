import { notebooks, type quota as contract } from '@hopslab/schema';
import { useState } from 'react';
import { ApiProblem } from '../api/index.js';
import {
  boundsFault,
  Button,
  formatBytes,
  gibibyte,
  MemoryField,
  NumberField,
  ProblemNotice,
  SelectField,
  useWords
} from '../ui/index.js';
import { Card } from './card.js';
import { useStartServer } from './notebooks.model.js';
import { ShareBars } from './quota-card.js';
import { askedOf, executorsNow, freeOf, isImpossible, resourcesOf, type Wish } from './resources.js';
import { WaitOffer } from './wait-offer.js';
import { keepWish, lastWish } from './wish.js';

const leastMemory = gibibyte / 2;

export interface SpawnFormProps {
  readonly project: string;
  readonly quota: contract.Quota;
}

/** Somebody else was quicker than what is shown here. */
const isOverQuota = (error: unknown): boolean =>
  error instanceof ApiProblem && error.code === 'lease.over-quota';

export const SpawnForm = ({ project, quota }: SpawnFormProps) => {
  const words = useWords();
  const start = useStartServer(project);
  const [entered, setWish] = useState<Wish>(() => lastWish(project));
  // What was asked for last time may be gone, and its field cannot be changed then.
  const wish = quota.noGpuReason === null ? entered : { ...entered, gpus: 0 };
  const [gpuType, setGpuType] = useState(quota.gpuTypes[0]?.type ?? '');
  const set = (what: keyof Wish) => (value: number | null) => {
    start.reset();
    setWish({ ...wish, [what]: value });
  };

  const free = freeOf(quota);
  const { limit } = quota.user;
  const gpus = quota.noGpuReason === null ? limit.gpus : 0;
  const bounds = {
    executors: { min: 0, max: Math.max(1, limit.cores), whole: true },
    cores: { min: 1, max: Math.max(1, limit.cores), whole: true },
    memory: { min: leastMemory, max: Math.max(leastMemory, limit.memory) },
    gpus: { min: 0, max: gpus, whole: true }
  };
  const wrong = (Object.keys(bounds) as (keyof Wish)[]).some(what =>
    boundsFault(words, wish[what], bounds[what])
  );
  // A sum of what cannot be says nothing.
  const asked = wrong ? undefined : askedOf(wish);
  const over = !asked
    ? []
    : [
        asked.cores > free.cores &&
          words._n(
            '%1 core is asked for, %2 are free.',
            '%1 cores are asked for, %2 are free.',
            asked.cores,
            free.cores
          ),
        asked.memory > free.memory &&
          words.__(
            '%1 of memory is asked for, %2 is free.',
            formatBytes(asked.memory),
            formatBytes(free.memory)
          ),
        asked.gpus > free.gpus &&
          words._n(
            '%1 GPU is asked for, %2 are free.',
            '%1 GPUs are asked for, %2 are free.',
            asked.gpus,
            free.gpus
          )
      ].filter(said => said !== false);
  const resources = resourcesOf(wish, gpuType);
  const refusal = !asked || !resources ? words.__('First mend what is marked.') : over.join(' ') || null;
  const spark = wish.executors !== 0;
  const begin = (more: { readonly wait?: boolean }): void => {
    if (!resources || start.isPending) return;
    keepWish(project, wish);
    start.mutate({ ...resources, ...more });
  };

  return (
    <form
      className="hub-Spawn"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (!refusal) begin({});
      }}
    >
      <Card title={words.__('What it gets')}>
        <NumberField
          label={words.__('Executors')}
          hint={words.__('Spark processes that run trials in parallel; 0 for a notebook without Spark.')}
          value={wish.executors}
          onChange={set('executors')}
          {...bounds.executors}
        />
        <div className="hub-Pair">
          <NumberField
            label={spark ? words.__('Cores, each') : words.__('Cores')}
            value={wish.cores}
            onChange={set('cores')}
            {...bounds.cores}
          />
          <MemoryField
            label={spark ? words.__('Memory, each') : words.__('Memory')}
            value={wish.memory}
            onChange={set('memory')}
            {...bounds.memory}
          />
        </div>
        <div className="hub-Pair">
          <NumberField
            label={spark ? words.__('GPUs, each') : words.__('GPUs')}
            value={wish.gpus}
            onChange={set('gpus')}
            disabledReason={quota.noGpuReason}
            {...bounds.gpus}
          />
          {quota.gpuTypes.length > 0 && (
            <SelectField
              label={words.__('GPU type')}
              value={gpuType}
              options={quota.gpuTypes.map(({ type, count, free: unused }) => ({
                value: type,
                label: words.__('%1 (%2 of %3 free)', type, unused, count)
              }))}
              onChange={setGpuType}
            />
          )}
        </div>
        <div className="hub-Spawn-foot">
          {over.length > 0 && <p className="hub-bad">{over.join(' ')}</p>}
          {start.isError && <ProblemNotice error={start.error} />}
          <div className="hub-Row">
            <Button type="submit" look="main" busy={start.isPending} disabledReason={refusal}>
              {words.__('Start')}
            </Button>
            {asked && !isImpossible(quota, asked) && (over.length > 0 || isOverQuota(start.error)) && (
              <WaitOffer
                executorsNow={executorsNow(quota, wish)}
                onWait={() => {
                  begin({ wait: true });
                }}
                onTake={set('executors')}
              />
            )}
          </div>
        </div>
      </Card>
      <Card title={words.__('What it adds up to')}>
        <p role="status">
          {asked ? (
            <>
              {words._n(
                '%1 core and %2 of memory in all',
                '%1 cores and %2 of memory in all',
                asked.cores,
                formatBytes(asked.memory)
              )}
              {spark &&
                words.__(
                  ' (%1 of it for the notebook that drives the executors)',
                  formatBytes(notebooks.driverMemory)
                )}
              {asked.gpus > 0 && words._n(', %1 GPU', ', %1 GPUs', asked.gpus)}
              {words._n(
                '; %1 core and %2 are free for you now.',
                '; %1 cores and %2 are free for you now.',
                free.cores,
                formatBytes(free.memory)
              )}
            </>
          ) : (
            words._n(
              'Shown once every field holds what is possible; %1 core and %2 are free for you now.',
              'Shown once every field holds what is possible; %1 cores and %2 are free for you now.',
              free.cores,
              formatBytes(free.memory)
            )
          )}
        </p>
        <ShareBars title={words.__('You in the project')} share={quota.user} asked={asked} />
        <ShareBars title={words.__('The project')} share={quota.project} asked={asked} />
        <ShareBars
          title={words.__('This machine, shared')}
          hint={words.__(
            'Each core is shared by up to %1, so %1 times as many can be lent.',
            quota.coresSharedBy
          )}
          share={quota.machine}
          asked={asked}
        />
      </Card>
    </form>
  );
};
