import { CumulativeChart } from '../charts/CumulativeChart';
import { OracleChart } from '../charts/OracleChart';
import { ViewBoundary } from '../charts/ViewBoundary';
import { NetworkView } from '../network/NetworkView';
import { usePrediction } from '../state/prediction';
import { Views } from '../views/Views';

/** Every view of the run; each fails on its own. */
export default function Charts() {
  const predicted = usePrediction();
  return (
    <>
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
      </div>
      <Views predicted={predicted} />
    </>
  );
}
