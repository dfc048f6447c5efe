import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { Button } from './button.js';
import { useWords } from './words.js';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Makes it a form, submitted by Enter and by a `submit` button among the actions. */
  readonly onSubmit?: () => void;
  readonly actions: ReactNode;
}

/** A modal question. The browser's own element keeps focus inside and gives it back afterwards. */
export const Dialog = ({ title, onClose, children, onSubmit, actions }: DialogProps) => {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  // Closed before it leaves the document: only then the focus goes back to where it was.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => {
      element?.close();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className="hop-Dialog"
      aria-labelledby={id}
      // JupyterLab's keyboard shortcuts would act on what lies behind.
      data-lm-suppress-shortcuts="true"
      onCancel={event => {
        event.preventDefault();
        onClose();
      }}
    >
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault();
          onSubmit?.();
        }}
      >
        <h2 className="hop-Dialog-title" id={id}>
          {title}
        </h2>
        <div className="hop-Dialog-body">{children}</div>
        <div className="hop-Dialog-actions">{actions}</div>
      </form>
    </dialog>
  );
};

export interface ConfirmDialogProps {
  readonly title: string;
  /** What will happen, and to whom. */
  readonly children: ReactNode;
  /** The act itself, as a verb; never just “OK”. */
  readonly act: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export const ConfirmDialog = ({
  title,
  children,
  act,
  danger = false,
  busy = false,
  onConfirm,
  onClose
}: ConfirmDialogProps) => {
  const words = useWords();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={onConfirm}
      actions={
        <>
          <Button onClick={onClose} autoFocus={danger}>
            {words.__('Cancel')}
          </Button>
          <Button type="submit" look={danger ? 'danger' : 'main'} busy={busy}>
            {act}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
};
