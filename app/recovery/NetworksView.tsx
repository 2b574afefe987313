import { useMemo } from 'react';
import type { MadeNetwork } from '../../src/recovery/events';
import { useChartTasks } from '../charts/use-chart-tasks';
import { formatChange, formatLoss, formatMacs, formatPercent } from '../format/numbers';
import { changeRecovery, downloadNetwork } from '../state/recovery';
import { useStudio } from '../state/studio';
import { showView } from '../state/ui';
import { allValidated } from './pareto';
import { ParetoChart } from './ParetoChart';
import './NetworksView.css';
import { networkName, stageNames } from './words';

/** Every network made in this session: what it costs, how good it is, and its file. */
export function NetworksView() {
  const networks = useStudio((state) => state.recovery.networks);
  const known = useMemo(() => Object.keys(networks[0]?.figures.metrics ?? {}), [networks]);
  const tasks = useChartTasks(known);
  const validated = allValidated(networks);
  return (
    <div className="charts">
      <section className="wide">
        <ParetoChart networks={networks} tasks={tasks} />
      </section>
      {networks.length > 0 && (
        <section className="wide card" aria-labelledby="networks-title">
          <h3 id="networks-title">Networks of this session</h3>
          <p className="soft">
            Metrics on the {validated ? 'validation' : 'calibration'} set, which they all were measured on.
          </p>
          <div className="networks" role="region" aria-labelledby="networks-title" tabIndex={0}>
            <table className="number">
              <thead>
                <tr>
                  <th scope="col">Network</th>
                  <th scope="col">MACs</th>
                  {tasks.map((task) => (
                    <th key={task} scope="col">
                      {task}
                    </th>
                  ))}
                  <th scope="col">
                    <span className="visually-hidden">What can be done with it</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {networks.map((network) => (
                  <NetworkRow
                    key={network.id}
                    network={network}
                    first={networks[0]}
                    tasks={tasks}
                    validated={validated}
                  />
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </div>
  );
}

interface RowProps {
  readonly network: MadeNetwork;
  readonly first: MadeNetwork | undefined;
  readonly tasks: readonly string[];
  readonly validated: boolean;
}

function NetworkRow({ network, first, tasks, validated }: RowProps) {
  const { id, stage, figures, validation } = network;
  const name = networkName(network);
  const shown = validated && validation ? validation : figures;
  const change = first && first.figures.macs > 0 ? figures.macs / first.figures.macs - 1 : 0;
  return (
    <tr>
      <th scope="row">
        {name}{' '}
        {stage === 'pruned' && id.startsWith('run') && <span className="soft">{stageNames[stage]}</span>}
      </th>
      <td>
        {formatMacs(figures.macs)} {change !== 0 && <span className="soft">{formatChange(change, 0)}</span>}
      </td>
      {tasks.map((task) => (
        <td key={task}>{metricWords(shown.metrics[task])}</td>
      ))}
      <td className="network-actions">
        {stage !== 'original' && (
          <button
            type="button"
            className="button quiet"
            aria-label={`Recover ${name} further`}
            onClick={() => {
              changeRecovery({ from: id });
              showView('recovery');
            }}
          >
            Recover
          </button>
        )}
        <button
          type="button"
          className="button"
          aria-label={`Save ${name}`}
          onClick={() => void downloadNetwork(id)}
        >
          Save
        </button>
      </td>
    </tr>
  );
}

const metricWords = (metric: number | undefined) =>
  metric === undefined ? '–' : metric >= 0 && metric <= 1 ? formatPercent(metric) : formatLoss(metric);
