import type { CalibrationSpec } from '../../src/calibration/calibration';
import type { ArraySummary } from '../../workers/api';
import { formatCount, significant } from '../format/numbers';
import { changeSpec } from '../state/setup';
import { useStudio } from '../state/studio';
import { FileButton } from './FileButton';
import { NumberListField } from './NumberListField';
import { Panel } from './Panel';

export function CalibrationPanel() {
  const calibration = useStudio((state) => state.calibration);
  const spec = useStudio((state) => state.spec);
  const problems = useStudio((state) => state.problems).filter(({ part }) => part === 'calibration');
  const state = problems.length > 0 ? 'problem' : calibration ? 'ready' : 'empty';
  return (
    <Panel
      title="Calibration"
      step={2}
      state={state}
      summary={calibration && `${calibration.file} · ${formatCount(calibration.count)} samples`}
    >
      {problems.map(({ message }) => (
        <p key={message} className="problem" role="alert">
          {message}
        </p>
      ))}
      {calibration && spec ? (
        <Preprocessing spec={spec} arrays={calibration.arrays} />
      ) : (
        <p className="soft">Drop a .npz with images and label arrays, or MNIST IDX files.</p>
      )}
      <FileButton
        label={calibration ? 'Open another set' : 'Open a calibration set'}
        accept=".npz,.npy,.gz,.idx,*"
      />
    </Panel>
  );
}

function Preprocessing({
  spec,
  arrays,
}: {
  readonly spec: CalibrationSpec;
  readonly arrays: readonly ArraySummary[];
}) {
  return (
    <details>
      <summary>
        Input “{spec.input}”: x·{significant(spec.scale)}, then (x − {spec.mean.join(', ')})/
        {spec.std.join(', ')}
      </summary>
      <div className="grid-2">
        <label className="stacked">
          Input array
          <select
            className="field"
            value={spec.input}
            onChange={(event) => changeSpec({ input: event.target.value })}
          >
            {arrays.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label className="stacked">
          Layout
          <select
            className="field"
            value={spec.layout}
            onChange={(event) => changeSpec({ layout: event.target.value === 'NCHW' ? 'NCHW' : 'NHWC' })}
          >
            <option>NHWC</option>
            <option>NCHW</option>
          </select>
        </label>
        <NumberListField
          label="Scale"
          value={[spec.scale]}
          onChange={([scale]) => scale !== undefined && changeSpec({ scale })}
        />
        <NumberListField
          label="At most, samples"
          value={spec.limit === null ? [] : [spec.limit]}
          onChange={([limit]) => changeSpec({ limit: limit ? Math.max(1, Math.round(limit)) : null })}
        />
        <NumberListField
          label="Mean"
          value={spec.mean}
          onChange={(mean) => mean.length > 0 && changeSpec({ mean })}
        />
        <NumberListField
          label="Std"
          value={spec.std}
          onChange={(std) => std.length > 0 && changeSpec({ std })}
        />
      </div>
      <ul>
        {arrays.map(({ name, dtype, shape, min, max }) => (
          <li key={name} className="number">
            {name}: {dtype} [{shape.join(', ')}], {significant(min)} … {significant(max)}
          </li>
        ))}
      </ul>
    </details>
  );
}
