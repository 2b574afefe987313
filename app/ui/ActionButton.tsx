import { actions, type ActionId } from '../actions/actions';
import { useStudio } from '../state/studio';
import { Icon, type IconName } from './Icon';

interface Props {
  readonly id: ActionId;
  /** Shown instead of the action's label. */
  readonly text?: string;
  readonly icon?: IconName;
  /** The label becomes the accessible name. */
  readonly iconOnly?: boolean;
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
export function ActionButton({ id, text, icon, iconOnly = false, className = '' }: Props) {
  const { label, hint, keys, enabled, perform } = actions[id];
  const can = useStudio(enabled);
  return (
    <button
      type="button"
      className={`button ${className}`}
      disabled={!can}
      title={`${label} (${shortcutLabel(keys)}): ${hint}`}
      aria-label={iconOnly ? label : undefined}
      onClick={() => void perform()}
    >
      {icon && <Icon name={icon} />}
      {!iconOnly && <span className="button-text">{text ?? label}</span>}
    </button>
  );
}
