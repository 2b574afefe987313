import { CostChart } from '../charts/CostChart';
import { CumulativeChart } from '../charts/CumulativeChart';
import { LayersChart } from '../charts/LayersChart';
import { OracleChart } from '../charts/OracleChart';
import { ScheduleChart } from '../charts/ScheduleChart';
import { StepTable } from '../charts/StepTable';
import { ViewBoundary } from '../charts/ViewBoundary';
import { NetworkView } from '../network/NetworkView';
import { usePrediction } from '../state/prediction';

/** Every view of the run; each fails on its own. */
export default function Charts() {
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
