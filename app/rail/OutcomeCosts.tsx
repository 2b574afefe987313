import type { Prediction } from '../../src/pruning/predict';
import type { RunState } from '../../src/pruning/run-state';
import { formatChange, formatMacs, formatParams } from '../format/numbers';
import { Term } from '../ui/Term';

interface Cost {
  readonly macs: number;
  readonly params: number;
}

interface Props {
  readonly before: Cost;
  readonly run: RunState;
  readonly predicted: Prediction | null;
  readonly compared: RunState | null;
}

/** MACs and params before and after; as predicted, and as in the run that is compared with. */
export function OutcomeCosts({ before, run, predicted, compared }: Props) {
  const after = run.original ? run : null;
  const other = compared?.original ? compared : null;
  const row = (cost: keyof Cost, write: (value: number) => string) => (
    <>
      <td>{write(before[cost])}</td>
      <td>{after ? <Changed figure={write(after[cost])} factor={after[cost] / before[cost]} /> : '–'}</td>
      {predicted && (
        <td className="predicted">{formatChange(predicted.final[cost] / before[cost] - 1, 0)}</td>
      )}
      {other && <td>{formatChange(other[cost] / before[cost] - 1, 0)}</td>}
    </>
  );
  return (
    <table className="outcome number">
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Figure</span>
          </th>
          <th scope="col">Before</th>
          <th scope="col">{run.report ? 'After' : 'So far'}</th>
          {predicted && <th scope="col">Predicted</th>}
          {other && <th scope="col">Other</th>}
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">
            <Term id="macs">MACs</Term>
          </th>
          {row('macs', (macs) => formatMacs(macs).replace('MACs', ''))}
        </tr>
        <tr>
          <th scope="row">Params</th>
          {row('params', formatParams)}
        </tr>
      </tbody>
    </table>
  );
}

function Changed({ figure, factor }: { readonly figure: string; readonly factor: number }) {
  return (
    <>
      {figure} <span className="change">{formatChange(factor - 1, 0)}</span>
    </>
  );
}
