import type { quota } from '@hopslab/schema';
import { useState } from 'react';
import { DivideDialog, MembersTable } from '../domains/quota/quota.members.js';
import { ProblemNotice, useWords } from '../ui/index.js';
import { Card } from './card.js';
import { usePutUserQuota, useQuota, useUserQuotas } from './quota.model.js';
import type { Role } from './role.js';

/** Each member's part of the quota. */
export const PartsCard = ({
  project,
  role,
  me
}: {
  readonly project: string;
  readonly role: Role;
  readonly me: string;
}) => {
  const words = useWords();
  const users = useUserQuotas(project);
  const quota = useQuota(project);
  const put = usePutUserQuota(project);
  const [dividing, setDividing] = useState<quota.UserQuota | null>(null);
  const refusal = role === 'data_owner' ? null : words.__('Only data owners may change members’ limits.');
  const close = (): void => {
    setDividing(null);
    put.reset();
  };
  return (
    <Card title={words.__('Who may use what')}>
      {users.isError && <ProblemNotice error={users.error} onRetry={() => void users.refetch()} />}
      {users.data && <MembersTable users={users.data} me={me} change={{ refusal, onDivide: setDividing }} />}
      {dividing && quota.data && (
        <DivideDialog
          member={dividing}
          quota={quota.data}
          busy={put.isPending}
          error={put.error}
          onSet={limits => {
            put.mutate({ user: dividing.user, limits }, { onSuccess: close });
          }}
          onClose={close}
        />
      )}
    </Card>
  );
};
