import type { admin } from '@hopslab/schema';
import { useDeferredValue, useState } from 'react';
import {
  Button,
  EmptyState,
  formatTime,
  ProblemNotice,
  StateBadge,
  Table,
  TextField,
  useWords,
  type Column,
  type Translate
} from '../../ui/index.js';
import { NewUserDialog } from '../new-user-dialog.js';
import { Page } from '../page.js';
import { UserDialog } from '../user-dialog.js';
import { useUsers } from '../users.model.js';

type Show = (user: admin.Account) => void;

const columnsOf = (words: Translate, show: Show): Column<admin.Account>[] => [
  {
    id: 'displayName',
    title: words.__('Name'),
    width: 'minmax(10em, 2fr)',
    sortBy: ({ displayName }) => displayName.toLocaleLowerCase(),
    cell: user => (
      <button
        type="button"
        // By keyboard it is the row's own Enter.
        tabIndex={-1}
        className="hop-TextButton"
        title={user.displayName}
        onClick={() => {
          show(user);
        }}
      >
        {user.displayName}
      </button>
    )
  },
  {
    id: 'name',
    title: words.__('Username'),
    width: 'minmax(8em, 1fr)',
    sortBy: ({ name }) => name,
    cell: ({ name }) => <span title={name}>{name}</span>
  },
  {
    id: 'role',
    title: words.__('Role'),
    width: '9em',
    sortBy: ({ admin }) => (admin ? 0 : 1),
    cell: ({ admin }) => (admin ? words.__('administrator') : '')
  },
  {
    id: 'state',
    title: words.__('State'),
    width: '7em',
    sortBy: ({ locked }) => (locked ? 0 : 1),
    cell: ({ locked }) => (locked ? <StateBadge tone="bad">{words.__('locked')}</StateBadge> : null)
  },
  {
    id: 'seen',
    title: words.__('Last seen'),
    width: '12em',
    sortBy: ({ lastSeen }) => lastSeen,
    cell: ({ lastSeen }) => (lastSeen === null ? '' : <time dateTime={lastSeen}>{formatTime(lastSeen)}</time>)
  }
];

const List = ({ q, show }: { readonly q: string; readonly show: Show }) => {
  const words = useWords();
  const users = useUsers(q);
  return (
    <>
      {users.isError && <ProblemNotice error={users.error} onRetry={() => void users.refetch()} />}
      {users.isPending && <EmptyState>{words.__('Loading…')}</EmptyState>}
      {users.data?.length === 0 && <EmptyState>{words.__('Nobody has that in their name.')}</EmptyState>}
      {users.data && users.data.length > 0 && (
        <>
          <Table
            label={words.__('Users')}
            rows={users.data}
            columns={columnsOf(words, show)}
            rowKey={({ name }) => name}
            onOpen={show}
            height={480}
          />
          <div className="hub-Row">
            <span className="hop-Quiet">
              {users.hasNextPage
                ? words._n('The first user', 'The first %1 users', users.data.length)
                : words._n('One user', 'All %1 users', users.data.length)}
            </span>
            {users.hasNextPage && (
              <Button busy={users.isFetchingNextPage} onClick={() => void users.fetchNextPage()}>
                {words.__('Show more')}
              </Button>
            )}
          </div>
        </>
      )}
    </>
  );
};

/** Who may sign in, for administrators. */
export const AdminUsersPage = ({ me }: { readonly me: string }) => {
  const words = useWords();
  const [q, setQ] = useState('');
  const [shown, setShown] = useState<admin.Account | null>(null);
  const [adding, setAdding] = useState(false);
  return (
    <Page title={words.__('Users')}>
      <div className="hub-Main-head">
        <h1>{words.__('Users')}</h1>
        <Button
          look="main"
          icon="plus"
          onClick={() => {
            setAdding(true);
          }}
        >
          {words.__('New user')}
        </Button>
      </div>
      <TextField
        label={words.__('Find')}
        type="search"
        maxLength={100}
        hint={words.__('Any part of a name or username.')}
        value={q}
        onChange={setQ}
      />
      <List q={useDeferredValue(q.trim())} show={setShown} />
      {shown && (
        <UserDialog
          user={shown}
          me={me}
          onClose={() => {
            setShown(null);
          }}
        />
      )}
      {adding && (
        <NewUserDialog
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </Page>
  );
};
