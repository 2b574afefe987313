import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './ui/tokens.css';
import './ui/base.css';
import { App } from './shell/App';
import { boot } from './state/boot';
import { applyTheme, ui } from './state/ui';

applyTheme(ui.getState().theme);
const root = document.getElementById('root');
if (!root) throw new Error('The page has no element to draw in.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
void boot();
