import type { quota } from '@hopslab/schema';
import { formatBytes, ProblemNotice, QuotaBar, useWords } from '../ui/index.js';
import { Card } from './card.js';
import { useMachine } from './machine.model.js';

const Capacity = ({ machine }: { readonly machine: quota.Machine }) => {
  const words = useWords();
  const { capacity, coresSharedBy, gpuTypes, noGpuReason } = machine;
  const { limit, used } = capacity;
  return (
    <>
      <QuotaBar label={words.__('Cores')} used={used.cores} limit={limit.cores} />
      <QuotaBar label={words.__('Memory')} used={used.memory} limit={limit.memory} format={formatBytes} />
      <QuotaBar label={words.__('Notebook servers')} used={used.servers} limit={limit.servers} />
      {gpuTypes.map(({ type, count, free }) => (
        <QuotaBar key={type} label={type} used={count - free} limit={count} />
      ))}
      <p className="hub-quiet">
        {words.__('Each of %1 cores is lent %2 times over.', limit.cores / coresSharedBy, coresSharedBy)}{' '}
        {noGpuReason !== null && words.__('No GPUs: %1', noGpuReason)}
      </p>
    </>
  );
};

/** What the machine has for sandboxes, and how much of it is held. */
export const MachineCard = () => {
  const words = useWords();
  const machine = useMachine();
  return (
    <Card title={words.__('Capacity')}>
      {machine.isError && <ProblemNotice error={machine.error} onRetry={() => void machine.refetch()} />}
      {machine.data && <Capacity machine={machine.data} />}
    </Card>
  );
};
