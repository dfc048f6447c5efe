import type { quota } from '@hopslab/schema';
import { useState } from 'react';
import { enteredOf, LimitFields, limitsOf, type Entered } from '../domains/quota/quota.fields.js';
import { limitKinds, typesIn } from '../domains/quota/quota.words.js';
import { Button, Dialog, ProblemNotice, useWords } from '../ui/index.js';
import { useMachine, usePutProjectLimits } from './machine.model.js';

/** What the fields do not hold: limits that were lifted and are left so. */
const beside = (set: quota.SomeLimits): quota.SomeLimits =>
  Object.fromEntries(Object.entries(set).filter(([, limit]) => limit === null));

/** An administrator sets what a project may hold. */
export const ProjectLimitsDialog = ({
  project: { project, set, limits },
  onClose
}: {
  readonly project: quota.ProjectQuota;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const machine = useMachine();
  const kinds = limitKinds(words, typesIn({ gpuTypes: machine.data?.gpuTypes ?? [] }, set));
  const [entered, setEntered] = useState<Entered>(() => enteredOf(kinds, set));
  const put = usePutProjectLimits(project);
  return (
    <Dialog
      title={words.__('Limits of %1', project)}
      onClose={onClose}
      onSubmit={() => {
        const wanted = limitsOf(kinds, entered);
        if (wanted && !put.isPending) put.mutate({ ...beside(set), ...wanted }, { onSuccess: onClose });
      }}
      actions={
        <>
          <Button onClick={onClose}>{words.__('Cancel')}</Button>
          <Button type="submit" look="main" busy={put.isPending}>
            {words.__('Set limits')}
          </Button>
        </>
      }
    >
      {put.isError && <ProblemNotice error={put.error} />}
      <p>
        {words.__(
          'What is left empty is as the installation has it; a limit that was lifted stays lifted until you enter one. What is held beyond a new limit stays held; nothing new is lent.'
        )}
      </p>
      <LimitFields kinds={kinds} now={limits} entered={entered} onChange={setEntered} />
    </Dialog>
  );
};
