import { useState } from 'react';

interface Props {
  readonly label: string;
  readonly value: readonly number[];
  readonly onChange: (value: readonly number[]) => void;
}

/** One or more numbers separated by commas; taken over on Enter or when the field is left, if they are numbers. */
export function NumberListField({ label, value, onChange }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const shown = draft ?? value.map((number) => String(Number(number.toPrecision(6)))).join(', ');
  function take(): void {
    if (draft === null) return;
    setDraft(null);
    const numbers = draft
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map(Number);
    if (numbers.every(Number.isFinite)) onChange(numbers);
  }
  return (
    <label className="stacked">
      <span>{label}</span>
      <input
        className="field number"
        inputMode="decimal"
        value={shown}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => event.key === 'Enter' && take()}
      />
    </label>
  );
}
