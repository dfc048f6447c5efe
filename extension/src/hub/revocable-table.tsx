import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Button, ConfirmDialog, EmptyState, formatTime, ProblemNotice, useWords } from '../ui/index.js';

interface Used {
  readonly lastUsedAt: string | null;
  readonly lastAddress: string | null;
}

export interface RevocableTableProps<T extends Used> {
  readonly found: UseQueryResult<readonly T[]>;
  /** What these are for, where there is none. */
  readonly empty: string;
  /** The first says which it is. */
  readonly columns: readonly { readonly title: string; readonly cell: (one: T) => ReactNode }[];
  /** Different for each. */
  readonly nameOf: (one: T) => string;
  readonly keyOf: (one: T) => string;
  readonly revoke: UseMutationResult<unknown, unknown, T>;
  /** What happens to programs that use it. */
  readonly consequence: string;
  readonly moreActs?: (one: T) => ReactNode;
}

/** What programs outside were given to act with: when it was last used, and the way to take it back. */
export const RevocableTable = <T extends Used>({
  found,
  empty,
  columns: [first, ...columns],
  nameOf,
  keyOf,
  revoke,
  consequence,
  moreActs
}: RevocableTableProps<T>) => {
  const words = useWords();
  const [revoking, setRevoking] = useState<T>();
  const close = (): void => {
    setRevoking(undefined);
    revoke.reset();
  };
  return (
    <>
      {found.isError && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
      {found.data?.length === 0 && <EmptyState>{empty}</EmptyState>}
      {found.data && found.data.length > 0 && (
        <table className="hub-Table">
          <thead>
            <tr>
              {[first, ...columns].map(column => (
                <th key={column?.title} scope="col">
                  {column?.title}
                </th>
              ))}
              <th scope="col">{words.__('Last used')}</th>
              <th scope="col">
                <span className="hop-hidden">{words.__('Actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.data.map(one => (
              <tr key={keyOf(one)}>
                <th scope="row">{first?.cell(one)}</th>
                {columns.map(({ title, cell }) => (
                  <td key={title}>{cell(one)}</td>
                ))}
                <td>
                  {one.lastUsedAt ? formatTime(one.lastUsedAt) : words.__('never')}
                  {one.lastAddress && <span className="hub-quiet hub-block">{one.lastAddress}</span>}
                </td>
                <td className="hop-mod-end">
                  {moreActs?.(one)}
                  <Button
                    look="bare"
                    icon="cross"
                    iconOnly
                    onClick={() => {
                      setRevoking(one);
                    }}
                  >
                    {words.__('Revoke %1', nameOf(one))}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {revoking && (
        <ConfirmDialog
          title={words.__('Revoke %1?', nameOf(revoking))}
          act={words.__('Revoke')}
          danger
          busy={revoke.isPending}
          onConfirm={() => {
            revoke.mutate(revoking, { onSuccess: close });
          }}
          onClose={close}
        >
          <p>{consequence}</p>
          {revoke.isError && <ProblemNotice error={revoke.error} />}
        </ConfirmDialog>
      )}
    </>
  );
};
