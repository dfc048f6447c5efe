import { Button, formatTime, ProblemNotice, useWords } from '../ui/index.js';
import { useEndOthers, useEndSession, useSessions } from './account.model.js';
import { Card } from './card.js';

/** Where somebody is signed in; what is ended is out at once, notebooks that it has open too. */
export const SessionsCard = () => {
  const words = useWords();
  const sessions = useSessions();
  const end = useEndSession();
  const endOthers = useEndOthers();
  const others = sessions.data?.filter(({ current }) => !current) ?? [];
  return (
    <Card
      title={words.__('Sign-ins')}
      action={
        others.length > 0 && (
          <Button
            busy={endOthers.isPending}
            onClick={() => {
              endOthers.mutate(undefined);
            }}
          >
            {words.__('End all others')}
          </Button>
        )
      }
    >
      {sessions.isError && <ProblemNotice error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {end.isError && <ProblemNotice error={end.error} />}
      {endOthers.isError && <ProblemNotice error={endOthers.error} />}
      {sessions.data && (
        <table className="hub-Table">
          <thead>
            <tr>
              <th scope="col">{words.__('Device')}</th>
              <th scope="col">{words.__('Signed in')}</th>
              <th scope="col">{words.__('Last used')}</th>
              <th scope="col">
                <span className="hop-hidden">{words.__('Actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sessions.data.map(session => (
              <tr key={session.id}>
                <th scope="row">
                  {session.device}
                  <span className="hub-quiet hub-block">
                    {session.current ? words.__('this one') : session.address}
                  </span>
                </th>
                <td>{formatTime(session.signedInAt)}</td>
                <td>{formatTime(session.lastUsedAt)}</td>
                <td className="hop-mod-end">
                  {!session.current && (
                    <Button
                      look="bare"
                      busy={end.isPending && end.variables === session.id}
                      onClick={() => {
                        end.mutate(session.id);
                      }}
                    >
                      {words.__('End')}
                      <span className="hop-hidden"> {session.device}</span>
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
};
