import type { ModelSummary } from '../../workers/api';
import { plural } from '../format/names';
import { formatBytes, formatMacs, formatParams } from '../format/numbers';
import { useStudio } from '../state/studio';
import { FileButton } from './FileButton';
import { LayerList } from './LayerList';
import { Panel } from './Panel';

const formats: Readonly<Record<string, string>> = {
  onnx: 'ONNX',
  'tfjs-layers': 'TensorFlow.js LayersModel',
  'tfjs-graph': 'TensorFlow.js GraphModel',
  keras: 'Keras',
  'onnx+state-dict': 'ONNX and a PyTorch state dict',
};

export function ModelPanel() {
  const model = useStudio((state) => state.model);
  return (
    <Panel title="Model" step={1} state={model ? 'ready' : 'empty'} summary={model && summary(model)}>
      {model ? (
        <Layers model={model} />
      ) : (
        <p className="soft">Drop an ONNX or Keras file, or a TensorFlow.js model.json with its weights.</p>
      )}
      <div className="file-buttons">
        <FileButton
          label={model ? 'Open another' : 'Open a model'}
          accept=".onnx,.data,.json,.bin,.keras,.h5,.hdf5,.pt,.pth,.safetensors,.zip"
        />
        <button type="button" className="button" onClick={showGallery}>
          Demos
        </button>
      </div>
    </Panel>
  );
}

/** The gallery stands at the end of the rail. */
function showGallery(): void {
  const card = document.querySelector<HTMLButtonElement>('.gallery button');
  card?.closest('.panel')?.scrollIntoView({ block: 'nearest' });
  card?.focus({ preventScroll: true });
}

function summary({ file, format, bytes, macs, params }: ModelSummary): string {
  const figures = [formatMacs(macs), `${formatParams(params)} params`, formatBytes(bytes)];
  return `${file} · ${formats[format] ?? format} · ${figures.join(' · ')}`;
}

function Layers({ model }: { readonly model: ModelSummary }) {
  const prunable = model.groups.filter(({ frozen }) => !frozen);
  const frozen = model.groups.filter((group) => group.frozen);
  return (
    <>
      <details open>
        <summary>{plural(prunable.length, 'group')} of channels can be pruned</summary>
        {prunable.length > 0 ? (
          <LayerList groups={prunable} />
        ) : (
          <p className="soft">Nothing can be pruned: the frozen groups below say why.</p>
        )}
      </details>
      {frozen.length > 0 && (
        <details open={prunable.length === 0}>
          <summary>
            {frozen.length === 1 ? '1 group is frozen' : `${frozen.length} groups are frozen`}
          </summary>
          <ul>
            {frozen.map(({ id, frozen: why }) => (
              <li key={id}>
                {id}: <span className="soft">{why}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {model.notes.length > 0 && (
        <details>
          <summary>{plural(model.notes.length, 'note')} from reading the file</summary>
          <ul>
            {model.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
