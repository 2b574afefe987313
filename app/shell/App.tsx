import { useShortcuts } from '../actions/shortcuts';
import { CumulativeChart } from '../charts/CumulativeChart';
import { CostChart } from '../charts/CostChart';
import { LayersChart } from '../charts/LayersChart';
import { OracleChart } from '../charts/OracleChart';
import { ScheduleChart } from '../charts/ScheduleChart';
import { StepTable } from '../charts/StepTable';
import { ViewBoundary } from '../charts/ViewBoundary';
import { NetworkView } from '../network/NetworkView';
import { CalibrationPanel } from '../rail/CalibrationPanel';
import { DownloadPanel } from '../rail/DownloadPanel';
import { GalleryPanel } from '../rail/GalleryPanel';
import { ModelPanel } from '../rail/ModelPanel';
import { OutcomePanel } from '../rail/OutcomePanel';
import { TasksPanel } from '../rail/TasksPanel';
import { ThresholdsPanel } from '../rail/ThresholdsPanel';
import { WhyPanel } from '../rail/WhyPanel';
import { usePrediction } from '../state/prediction';
import { setTab, useUi } from '../state/ui';
import { Timeline } from '../timeline/Timeline';
import './App.css';
import { ConfirmDialog } from './ConfirmDialog';
import { DropZone } from './DropZone';
import { HelpDialog } from './HelpDialog';
import { Notices } from './Notices';
import { RunControls } from './RunControls';
import { TopBar } from './TopBar';

export function App() {
  useShortcuts();
  const tab = useUi((state) => state.tab);
  return (
    <DropZone>
      <div className="studio" data-tab={tab}>
        <TopBar />
        <Tabs />
        <aside className="rail left" aria-label="Model, calibration and tasks">
          <ModelPanel />
          <CalibrationPanel />
          <TasksPanel />
          <GalleryPanel />
        </aside>
        <main className="centre">
          <Notices />
          <Charts />
        </main>
        <aside className="rail right" aria-label="Thresholds and outcome">
          <ThresholdsPanel />
          <OutcomePanel />
          <WhyPanel />
          <DownloadPanel />
        </aside>
        <footer className="dock">
          <RunControls place="dock" />
          <Timeline />
        </footer>
      </div>
      <HelpDialog />
      <ConfirmDialog />
    </DropZone>
  );
}

function Charts() {
  const predicted = usePrediction();
  return (
    <div className="charts">
      <section className="wide">
        <ViewBoundary name="Network">
          <NetworkView predicted={predicted} />
        </ViewBoundary>
      </section>
      <ViewBoundary name="Oracle">
        <OracleChart predicted={predicted} />
      </ViewBoundary>
      <ViewBoundary name="Cumulative drop">
        <CumulativeChart predicted={predicted} />
      </ViewBoundary>
      <section className="wide">
        <ViewBoundary name="Channels kept per layer">
          <LayersChart predicted={predicted} />
        </ViewBoundary>
      </section>
      <ViewBoundary name="Threshold schedule">
        <ScheduleChart predicted={predicted} />
      </ViewBoundary>
      <ViewBoundary name="Cost remaining">
        <CostChart predicted={predicted} />
      </ViewBoundary>
      <section className="wide">
        <ViewBoundary name="Why did this layer stop?">
          <StepTable />
        </ViewBoundary>
      </section>
    </div>
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
