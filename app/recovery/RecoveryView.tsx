import { useEffect } from 'react';
import { canRecover, checkRecovery } from '../state/recovery';
import type { RecoveryState } from '../state/recovery-state';
import { useStudio } from '../state/studio';
import { MetricBars } from './MetricBars';
import { RateChart } from './RateChart';
import { LossCurves, MetricCurves } from './RecoveryCurves';
import { RecoverySettings } from './RecoverySettings';
import { RecoveryStatus } from './RecoveryStatus';
import './RecoveryView.css';

/** There is fine-tuning to draw, or there will be. */
const trains = ({ settings, progress }: RecoveryState) =>
  settings.methods.includes('fine-tune') || Object.keys(progress.tunings).length > 0;

/** Wins back what pruning cost: the settings, what is going on, its curves and what came of it. */
export function RecoveryView() {
  const recovery = useStudio((state) => state.recovery);
  const possible = useStudio(canRecover);
  useEffect(() => {
    if (possible) checkRecovery();
  }, [possible]);
  return (
    <div className="charts recovery">
      <section className="card recovery-panel" aria-labelledby="recovery-title">
        <h3 id="recovery-title">Recovery</h3>
        <RecoveryStatus recovery={recovery} />
        <RecoverySettings recovery={recovery} />
      </section>
      <MetricBars progress={recovery.progress} />
      {trains(recovery) && (
        <>
          <LossCurves progress={recovery.progress} />
          <MetricCurves progress={recovery.progress} />
          <RateChart progress={recovery.progress} />
        </>
      )}
    </div>
  );
}
