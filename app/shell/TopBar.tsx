import { ActionButton } from '../ui/ActionButton';
import { Icon } from '../ui/Icon';
import { useStudio } from '../state/studio';
import { setTheme, useUi } from '../state/ui';
import { BackendBadge } from './BackendBadge';
import { RunControls } from './RunControls';
import { RunProgress } from './RunProgress';
import './TopBar.css';

export function TopBar() {
  const file = useStudio((state) => state.model?.file);
  return (
    <header className="top-bar">
      <h1>
        <img src="./icon.svg" alt="" width="22" height="22" /> PAGCP Studio
      </h1>
      <span className="model-name soft" title={file}>
        {file ?? 'no model yet'}
      </span>
      <RunControls place="top" />
      <RunProgress />
      <BackendBadge />
      <ActionButton id="share" className="quiet" icon="link" iconOnly />
      <ThemeSwitch />
      <ActionButton id="help" className="quiet" icon="help" iconOnly />
    </header>
  );
}

const nextTheme = { system: 'light', light: 'dark', dark: 'system' } as const;

function ThemeSwitch() {
  const theme = useUi((state) => state.theme);
  return (
    <button
      type="button"
      className="button quiet"
      title={`Colours: ${theme}. Press for ${nextTheme[theme]}.`}
      aria-label={`Colours: ${theme}`}
      onClick={() => setTheme(nextTheme[theme])}
    >
      <Icon name={theme} />
    </button>
  );
}
