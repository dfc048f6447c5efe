import { account, devices } from '@hopslab/schema';
import { ApiProblem } from '../../api/index.js';
import {
  Button,
  EmptyState,
  formatTime,
  Notice,
  ProblemNotice,
  useWords,
  type Translate
} from '../../ui/index.js';
import { Card } from '../card.js';
import { CertificateFiles } from '../certificate-files.js';
import { Page } from '../page.js';
import { TokenSecret } from '../token-secret.js';
import { useDecide, usePending, type PendingAct } from '../pending.model.js';
import { useSeenFor } from '../seen-for.js';

/** How long the sentence has to be in front of the person before it can be confirmed, in ms. */
const readingTime = 1000;

const endOf = (words: Translate, state: PendingAct['state']): string => {
  switch (state) {
    case 'done':
      return words.__('Done');
    case 'declined':
      return words.__('Declined. Nothing was done.');
    case 'expired':
      return words.__('Ten minutes are over, so nothing was done. Ask for it again in the notebook.');
    case 'refused':
      return words.__('It could not be done');
    default:
      return words.__('It was confirmed, and should be done by now.');
  }
};

const Outcome = ({ act, answer }: { readonly act: PendingAct; readonly answer: unknown }) => {
  const words = useWords();
  const tone = act.state === 'done' ? 'success' : act.state === 'refused' ? 'error' : 'info';
  const certificate =
    act.operation === 'issueCertificate' ? devices.Certificate.safeParse(answer).data : undefined;
  const made = act.operation === 'createToken' ? account.NewToken.safeParse(answer).data : undefined;
  return (
    <>
      <Notice tone={tone} title={endOf(words, act.state)}>
        {act.problem && <p>{act.problem.detail}</p>}
        {!certificate && !made && <p>{words.__('You can close this window.')}</p>}
      </Notice>
      {certificate && <CertificateFiles certificate={certificate} />}
      {made && <TokenSecret made={made} />}
    </>
  );
};

const Question = ({ decide }: { readonly decide: ReturnType<typeof useDecide> }) => {
  const words = useWords();
  const seen = useSeenFor(readingTime);
  return (
    <>
      <p>
        {words.__(
          'If you did not ask for this yourself, decline it: any page or program in the notebook can ask.'
        )}
      </p>
      <div className="hub-Row">
        <Button
          busy={decide.isPending}
          onClick={() => {
            decide.mutate('decline');
          }}
        >
          {words.__('Decline')}
        </Button>
        <Button
          look="danger"
          busy={decide.isPending}
          disabledReason={seen ? null : words.__('In a moment, when you have read what will happen.')}
          onClick={() => {
            decide.mutate('confirm');
          }}
        >
          {words.__('Confirm')}
        </Button>
      </div>
    </>
  );
};

/** The window in which a person confirms what a page of a notebook has asked for. */
export const PendingPage = ({ id }: { readonly id: string }) => {
  const words = useWords();
  const found = usePending(id);
  const decide = useDecide(id);
  const act = decide.data?.pending ?? found.data;
  if (!act)
    return (
      <Page title={words.__('Confirm')} busy={found.isPending}>
        {found.error instanceof ApiProblem && found.error.status < 500 ? (
          <EmptyState>{words.__('Nothing of this name was asked for in your name.')}</EmptyState>
        ) : (
          found.isError && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />
        )}
      </Page>
    );
  return (
    <Page title={words.__('Confirm')}>
      <h1>{words.__('Your notebook asks for this')}</h1>
      <Card title={act.summary}>
        <p className="hub-quiet">
          {words.__(
            'Asked for from your notebook in the project %1, %2; it waits until %3.',
            act.project,
            formatTime(act.askedAt),
            formatTime(act.expiresAt)
          )}
        </p>
        {decide.isError && <ProblemNotice error={decide.error} />}
        {act.state === 'waiting' ? (
          <Question decide={decide} />
        ) : (
          <Outcome act={act} answer={decide.data?.answer} />
        )}
      </Card>
    </Page>
  );
};
