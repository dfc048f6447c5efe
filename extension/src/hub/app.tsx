import { QueryClientProvider } from '@tanstack/react-query';
import { Route, Switch, useSearch } from 'wouter';
import { ProblemNotice, useWords } from '../ui/index.js';
import { client } from './client.js';
import { Header } from './header.js';
import { Page } from './page.js';
import { useMe } from './session.model.js';
import { BackPage } from './pages/back-page.js';
import { AccountPage } from './pages/account-page.js';
import { AdminUsersPage } from './pages/admin-users-page.js';
import { AuditPage } from './pages/audit-page.js';
import { LoginPage } from './pages/login-page.js';
import { MachinePage } from './pages/machine-page.js';
import { NotFoundPage } from './pages/not-found-page.js';
import { PendingPage } from './pages/pending-page.js';
import { ProjectPage } from './pages/project-page.js';
import { ProjectsPage } from './pages/projects-page.js';
import { PublicDatasetsPage } from './pages/public-datasets-page.js';
import { StartPage } from './pages/start-page.js';

const Pages = () => {
  const words = useWords();
  const me = useMe();
  // Set by a notebook origin whose sign-in has run out.
  const from = new URLSearchParams(useSearch()).get('from');
  if (me.isPending) return <Page title={words.__('Loading')} busy />;
  if (me.data === undefined)
    return (
      <Page title={words.__('Not reachable')}>
        <ProblemNotice error={me.error} onRetry={() => void me.refetch()} />
      </Page>
    );
  if (!me.data) return <LoginPage />;
  const { user } = me.data;
  return (
    <>
      <Header user={user} />
      {from ? (
        <BackPage label={from} user={user.name} />
      ) : (
        <Switch>
          <Route path="/">
            <ProjectsPage admin={user.admin} />
          </Route>
          <Route path="/projects/:p">{({ p }) => <ProjectPage key={p} name={p} me={user.name} />}</Route>
          <Route path="/projects/:p/start">{({ p }) => <StartPage key={p} name={p} me={user.name} />}</Route>
          <Route path="/public-datasets">
            <PublicDatasetsPage />
          </Route>
          <Route path="/account">
            <AccountPage />
          </Route>
          {user.admin && (
            <Route path="/admin/audit">
              <AuditPage />
            </Route>
          )}
          {user.admin && (
            <Route path="/admin/users">
              <AdminUsersPage me={user.name} />
            </Route>
          )}
          {user.admin && (
            <Route path="/admin/machine">
              <MachinePage />
            </Route>
          )}
          <Route path="/pending/:id">{({ id }) => <PendingPage key={id} id={id} />}</Route>
          <Route>
            <NotFoundPage />
          </Route>
        </Switch>
      )}
    </>
  );
};

export const App = () => (
  <QueryClientProvider client={client}>
    <Pages />
  </QueryClientProvider>
);
