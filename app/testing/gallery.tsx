import { createRoot } from 'react-dom/client';
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
import { fixtureState } from './fixture';

/**
 * Every view with a recorded run, for looking at while working on them: `npm run dev`, then `/testing/gallery.html`.
 * `?theme=dark`, `?events=20` for a run under way, `?events=0` for the empty page, `?predicted` for a prediction.
 */
const query = new URLSearchParams(location.search);
document.documentElement.style.colorScheme = query.get('theme') ?? 'light dark';
const count = query.get('events');
if (count !== '0') studio.setState(fixtureState(count === null ? undefined : Number(count)));

const root = document.getElementById('root');
if (root) createRoot(root).render(<Gallery />);

function Gallery() {
  return (
    <main className="charts" style={{ padding: 12 }} aria-label="Views">
      <section className="wide card">
        <Timeline />
      </section>
      <section className="wide">
        <NetworkView />
      </section>
      <OracleChart />
      <CumulativeChart />
      <section className="wide">
        <LayersChart />
      </section>
      <ScheduleChart />
      <CostChart />
      <section className="wide">
        <StepTable />
      </section>
    </main>
  );
}
