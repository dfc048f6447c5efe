import { Button, Dialog, useWords } from '../ui/index.js';

/** It is kept nowhere else, so it is handed over now or made anew. */
export const OneTimePassword = ({
  who,
  password,
  onClose
}: {
  readonly who: string;
  readonly password: string;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  return (
    <Dialog
      title={words.__('One-time password of %1', who)}
      onClose={onClose}
      onSubmit={onClose}
      actions={
        <Button type="submit" look="main">
          {words.__('Done')}
        </Button>
      }
    >
      <p>{words.__('Hand it over to %1 now, in a way that only they see: it is shown this once.', who)}</p>
      <p>
        <code className="hub-Secret" tabIndex={0}>
          {password}
        </code>
      </p>
      <p className="hub-quiet">
        {words.__(
          'It is good for seven days: they enter it on the sign-in page, which then asks for a new password of their own.'
        )}
      </p>
    </Dialog>
  );
};
