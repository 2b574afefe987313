import { createRoot } from 'react-dom/client';
import type { SavedRun } from '../../workers/api';
import { CostChart } from '../charts/CostChart';
import { CumulativeChart } from '../charts/CumulativeChart';
import { LayersChart } from '../charts/LayersChart';
import { OracleChart } from '../charts/OracleChart';
import { ScheduleChart } from '../charts/ScheduleChart';
import { StepTable } from '../charts/StepTable';
import { NetworkView } from '../network/NetworkView';
import { studio } from '../state/studio';
import '../ui/tokens.css';
import '../ui/base.css';
import '../shell/App.css';
import { Timeline } from '../timeline/Timeline';
import { fixtureCalibration, fixtureEvents, fixtureMethod, fixtureState, fixtureTasks } from './fixture';
import { largeNetwork } from './fixture-large';
import { fixtureModel } from './fixture-model';
import { fixturePrediction, fixtureProfile } from './fixture-prediction';

/**
 * Every view with a recorded run, for looking at while working on them: `npm run dev`, then `/testing/gallery.html`.
 * `?theme=dark`, `?events=20` for a run under way, `?events=0` for an empty page, `?predicted` for a prediction, `?compare` for a
 * second run, `?play` for a run that goes on, `?blocks=200` for a large network.
 */
const query = new URLSearchParams(location.search);
document.documentElement.style.colorScheme = query.get('theme') ?? 'light dark';
const count = query.get('events');
if (count !== '0') studio.setState(fixtureState(count === null ? undefined : Number(count)));
const predicted = query.has('predicted') ? fixturePrediction : null;
if (predicted) studio.setState({ model: fixtureModel, tasks: fixtureTasks, profile: fixtureProfile });
if (query.has('compare')) studio.setState({ compare: comparison() });
if (query.has('play')) play(0);
if (query.has('blocks'))
  studio.setState({ model: { ...fixtureModel, network: largeNetwork(Number(query.get('blocks'))) } });

function play(shown: number): void {
  studio.setState(fixtureState(shown));
  if (shown < fixtureEvents.length) setTimeout(() => play(shown + 1), 60);
}

function comparison(): SavedRun {
  const setup = { calibration: fixtureCalibration, tasks: fixtureTasks, method: fixtureMethod, exclude: [] };
  const events = fixtureEvents.slice(0, 45);
  return { kind: 'pagcp-studio-run', version: 1, model: fixtureModel.file, setup, events, profile: null };
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<Gallery />);

function Gallery() {
  return (
    <main className="charts" style={{ padding: 12 }} aria-label="Views">
      <section className="wide card">
        <Timeline />
      </section>
      <section className="wide">
        <NetworkView predicted={predicted} />
      </section>
      <OracleChart predicted={predicted} />
      <CumulativeChart predicted={predicted} />
      <section className="wide">
        <LayersChart predicted={predicted} />
      </section>
      <ScheduleChart predicted={predicted} />
      <CostChart predicted={predicted} />
      <section className="wide">
        <StepTable />
      </section>
    </main>
  );
}
