import { CumulativeChart } from '../charts/CumulativeChart';
import { InTurn } from '../charts/InTurn';
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
            <InTurn height={340}>
              <NetworkView predicted={predicted} />
            </InTurn>
          </ViewBoundary>
        </section>
        <ViewBoundary name="Oracle">
          <InTurn height={370}>
            <OracleChart predicted={predicted} />
          </InTurn>
        </ViewBoundary>
        <ViewBoundary name="Cumulative drop">
          <InTurn height={370}>
            <CumulativeChart predicted={predicted} />
          </InTurn>
        </ViewBoundary>
      </div>
      <Views predicted={predicted} />
    </>
  );
}
