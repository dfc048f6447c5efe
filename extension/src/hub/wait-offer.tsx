import { Button, useWords } from '../ui/index.js';

/** What somebody can do whose ask does not fit now: wait for it, or take what there is. */
export const WaitOffer = ({
  executorsNow,
  onWait,
  onTake
}: {
  /** How many executors could be had at once; null where none could. */
  readonly executorsNow: number | null;
  readonly onWait: () => void;
  readonly onTake: (executors: number) => void;
}) => {
  const words = useWords();
  return (
    <>
      <Button onClick={onWait}>{words.__('Wait for it')}</Button>
      {executorsNow !== null && (
        <Button
          onClick={() => {
            onTake(executorsNow);
          }}
        >
          {words._n('Ask for %1 executor instead', 'Ask for %1 executors instead', executorsNow)}
        </Button>
      )}
      <p className="hub-quiet">
        {words.__(
          'Who waits gets it in the order of asking. A notebook server with executors starts as soon as it fits itself; its notebooks wait for the executors.'
        )}
      </p>
    </>
  );
};
