import { useId, useState } from 'react';

interface Props {
  readonly label: string;
  readonly text: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly lines?: number;
  /** Takes the text over; false leaves the value as it was. */
  readonly onTake: (draft: string) => boolean;
}

/** A text that is taken over on Enter (of one line) or when the field is left; what cannot be read goes back. */
export function DraftField({ label, text, value, placeholder, lines = 1, onTake }: Props) {
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  function take(): void {
    if (draft === null) return;
    setRefused(!onTake(draft));
    setDraft(null);
  }
  const shared = {
    className: 'field number',
    value: draft ?? value,
    placeholder,
    'aria-describedby': id,
    'aria-invalid': refused,
    onBlur: take,
  };
  return (
    <label className="stacked">
      <span>{label}</span>
      {lines > 1 ? (
        <textarea {...shared} rows={lines} onChange={(event) => setDraft(event.target.value)} />
      ) : (
        <input
          {...shared}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && take()}
        />
      )}
      <span id={id} className="soft option-text">
        {text}
      </span>
    </label>
  );
}
