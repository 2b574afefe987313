import { useEffect, useRef } from 'react';
import { useUi } from '../state/ui';
import './ConfirmDialog.css';

/** A question before something would be lost; Esc is the answer that loses nothing. */
export function ConfirmDialog() {
  const question = useUi((state) => state.question);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (question) dialog.current?.showModal();
    else dialog.current?.close();
  }, [question]);
  return (
    <dialog
      ref={dialog}
      className="confirm"
      aria-labelledby="confirm-text"
      onCancel={() => question?.answer(false)}
    >
      <p id="confirm-text">{question?.text}</p>
      <div>
        <button type="button" className="button" onClick={() => question?.answer(false)}>
          {question?.decline}
        </button>
        <button type="button" className="button primary" onClick={() => question?.answer(true)}>
          {question?.agree}
        </button>
      </div>
    </dialog>
  );
}
