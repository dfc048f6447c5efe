import type { quota } from '@hopslab/schema';
import { useState } from 'react';
import { Requests } from '../domains/quota/quota.requests.js';
import { askedWords } from '../domains/quota/quota.words.js';
import { Button, ConfirmDialog, EmptyState, ProblemNotice, TextField, useWords } from '../ui/index.js';
import { Card } from './card.js';
import { useAnswerRequest, useWaitingRequests } from './quota.model.js';

interface Answering {
  readonly request: quota.QuotaRequest;
  readonly granted: boolean;
}

const AnswerDialog = ({ request, granted, onClose }: Answering & { readonly onClose: () => void }) => {
  const words = useWords();
  const answer = useAnswerRequest();
  const [said, setSaid] = useState('');
  const asked = askedWords(request.asked, words);
  return (
    <ConfirmDialog
      title={granted ? words.__('Grant %1 more?', request.project) : words.__('Decline the request?')}
      act={granted ? words.__('Grant') : words.__('Decline')}
      busy={answer.isPending}
      onClose={onClose}
      onConfirm={() => {
        answer.mutate({ id: request.id, granted, words: said }, { onSuccess: onClose });
      }}
    >
      <p>
        {granted
          ? words.__('The limits of %1 become: %2. Its other limits stay.', request.project, asked)
          : words.__('%1 keeps the limits it has. It asked for: %2.', request.project, asked)}
      </p>
      <TextField
        label={words.__('Words to %1', request.by)}
        rows={3}
        maxLength={2000}
        value={said}
        onChange={setSaid}
      />
      {answer.isError && <ProblemNotice error={answer.error} />}
    </ConfirmDialog>
  );
};

/** What projects ask administrators for. */
export const RequestsCard = () => {
  const words = useWords();
  const waiting = useWaitingRequests();
  const [answering, setAnswering] = useState<Answering | null>(null);
  return (
    <Card title={words.__('Requests for more quota')}>
      {waiting.isError && <ProblemNotice error={waiting.error} onRetry={() => void waiting.refetch()} />}
      {waiting.data?.length === 0 && <EmptyState>{words.__('No request waits for an answer.')}</EmptyState>}
      {waiting.data && (
        <Requests
          requests={waiting.data}
          withProject
          actions={request => (
            <div className="hub-Row">
              <Button
                onClick={() => {
                  setAnswering({ request, granted: true });
                }}
              >
                {words.__('Grant…')}
              </Button>
              <Button
                onClick={() => {
                  setAnswering({ request, granted: false });
                }}
              >
                {words.__('Decline…')}
              </Button>
            </div>
          )}
        />
      )}
      {answering && (
        <AnswerDialog
          {...answering}
          onClose={() => {
            setAnswering(null);
          }}
        />
      )}
    </Card>
  );
};
