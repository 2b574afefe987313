import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './ui/tokens.css';
import './ui/base.css';
import { App } from './shell/App';
import { boot, showRecording } from './state/boot';
import { applyTheme, ui } from './state/ui';

applyTheme(ui.getState().theme);
const root = document.getElementById('root');
if (!root) throw new Error('The page has no element to draw in.');
// The first paint has the recorded run in it; the charts' code comes meanwhile.
void import('./shell/Charts');
await showRecording();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
void boot();
