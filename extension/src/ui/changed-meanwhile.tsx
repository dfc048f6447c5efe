import { Button } from './button.js';
import type { Editing } from './editing.js';
import { Notice } from './notice.js';
import { useWords } from './words.js';

/** Somebody else has changed what is being edited: theirs beside one's own, and the choice. */
export const ChangedMeanwhile = ({ editing: { theirs, draft, setDraft } }: { readonly editing: Editing }) => {
  const words = useWords();
  if (theirs === null || draft === null) return null;
  return (
    <Notice
      tone="warning"
      title={words.__('Somebody else changed this meanwhile; nothing of yours was saved yet')}
      actions={
        <Button
          onClick={() => {
            setDraft(theirs);
          }}
        >
          {words.__('Take theirs')}
        </Button>
      }
    >
      <p>{words.__('It is now:')}</p>
      <blockquote>{theirs || words.__('(empty)')}</blockquote>
      <p>{words.__('Yours is below. Saving it puts it in the place of theirs.')}</p>
    </Notice>
  );
};
