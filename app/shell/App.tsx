import { lazy, Suspense } from 'react';
import { useShortcuts } from '../actions/shortcuts';
import { CalibrationPanel } from '../rail/CalibrationPanel';
import { DownloadPanel } from '../rail/DownloadPanel';
import { EnginePanel } from '../rail/EnginePanel';
import { GalleryPanel } from '../rail/GalleryPanel';
import { ModelPanel } from '../rail/ModelPanel';
import { OutcomePanel } from '../rail/OutcomePanel';
import { TasksPanel } from '../rail/TasksPanel';
import { ThresholdsPanel } from '../rail/ThresholdsPanel';
import { WhyPanel } from '../rail/WhyPanel';
import { setTab, useUi } from '../state/ui';
import { Timeline } from '../timeline/Timeline';
import './App.css';
import { ConfirmDialog } from './ConfirmDialog';
import { DropZone } from './DropZone';
import { HelpDialog } from './HelpDialog';
import { Notices } from './Notices';
import { RunControls } from './RunControls';
import { Said } from './Said';
import { TopBar } from './TopBar';

/** recharts is large: the rails are there before it. */
const Charts = lazy(() => import('./Charts'));

export function App() {
  useShortcuts();
  const tab = useUi((state) => state.tab);
  return (
    <DropZone>
      <div className="studio" data-tab={tab}>
        <TopBar />
        <Tabs />
        <Notices />
        <aside className="rail left" aria-label="Model, calibration and tasks">
          <ModelPanel />
          <CalibrationPanel />
          <TasksPanel />
          <GalleryPanel />
        </aside>
        <main className="centre">
          <Suspense fallback={<p className="charts-loading soft">Opening the charts…</p>}>
            <Charts />
          </Suspense>
        </main>
        <aside className="rail right" aria-label="Thresholds and outcome">
          <ThresholdsPanel />
          <OutcomePanel />
          <WhyPanel />
          <DownloadPanel />
          <EnginePanel />
        </aside>
        <footer className="dock">
          <RunControls place="dock" />
          <Timeline />
        </footer>
      </div>
      <HelpDialog />
      <ConfirmDialog />
      <Said />
    </DropZone>
  );
}

const tabs = [
  { id: 'setup', label: 'Setup' },
  { id: 'charts', label: 'Charts' },
  { id: 'thresholds', label: 'Thresholds' },
] as const;

function Tabs() {
  const tab = useUi((state) => state.tab);
  return (
    <nav className="tabs" aria-label="Parts of the studio">
      {tabs.map(({ id, label }) => (
        <button key={id} type="button" aria-pressed={tab === id} onClick={() => setTab(id)}>
          {label}
        </button>
      ))}
    </nav>
  );
}
