import { actions, type ActionId } from '../actions/actions';
import { useStudio } from '../state/studio';

interface Props {
  readonly id: ActionId;
  /** Shown instead of the action's label, which then becomes the accessible name. */
  readonly text?: string;
  readonly icon?: string;
  readonly className?: string;
}

const keyLabel: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
};

export function shortcutLabel(keys: readonly string[]): string {
  const [key = ''] = keys;
  const bare = key.replace('Shift+', '');
  return (key.startsWith('Shift+') ? '⇧' : '') + (keyLabel[bare] ?? bare.toUpperCase());
}

/** A button for one of the page's actions: label, tooltip, shortcut and availability all come from the list. */
export function ActionButton({ id, text, icon, className = '' }: Props) {
  const { label, hint, keys, enabled, perform } = actions[id];
  const can = useStudio(enabled);
  return (
    <button
      type="button"
      className={`button ${className}`}
      disabled={!can}
      title={`${label} (${shortcutLabel(keys)}): ${hint}`}
      aria-label={text ? label : undefined}
      onClick={() => void perform()}
    >
      {icon && <span aria-hidden="true">{icon}</span>}
      {text ?? label}
    </button>
  );
}
