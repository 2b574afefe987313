import { formatCount } from '../format/numbers';
import { useStudio } from '../state/studio';
import { Preprocessing } from './calibration/Preprocessing';
import { SampleLook } from './calibration/SampleLook';
import { FileButton } from './FileButton';
import { FolderButton } from './FolderButton';
import { Panel } from './Panel';

export function CalibrationPanel() {
  const calibration = useStudio((state) => state.calibration);
  const spec = useStudio((state) => state.spec);
  const problems = useStudio((state) => state.problems).filter(({ part }) => part === 'calibration');
  const warnings = useStudio((state) => state.warnings);
  const state = problems.length > 0 ? 'problem' : calibration ? 'ready' : 'empty';
  const used =
    spec && calibration
      ? Math.min(calibration.count, spec.subset?.count ?? Infinity, spec.limit ?? Infinity)
      : 0;
  return (
    <Panel
      title="Calibration"
      step={2}
      state={state}
      summary={
        calibration &&
        `${calibration.file} · ${used < calibration.count ? `${formatCount(used)} of ` : ''}${formatCount(calibration.count)} samples`
      }
    >
      {problems.map(({ message }) => (
        <p key={message} className="problem" role="alert">
          {message}
        </p>
      ))}
      {warnings.map((warning) => (
        <p key={warning} className="notice" role="status">
          {warning}
        </p>
      ))}
      {calibration?.pictures?.notes.map((note) => (
        <p key={note} className="soft">
          {note}
        </p>
      ))}
      {calibration && spec ? (
        <>
          <SampleLook />
          <Preprocessing spec={spec} calibration={calibration} />
        </>
      ) : (
        <p className="soft">
          Drop a .npz with images and label arrays, a folder or zip of pictures with their labels (COCO, VOC,
          YOLO, CSV, class folders, masks), MNIST IDX files or CIFAR batches.
        </p>
      )}
      <div className="file-buttons">
        <FileButton
          label={calibration ? 'Open another set' : 'Open a calibration set'}
          accept=".npz,.npy,.gz,.idx,.zip,*"
        />
        <FolderButton label="Open a folder" />
      </div>
    </Panel>
  );
}
