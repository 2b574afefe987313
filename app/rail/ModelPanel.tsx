import type { ModelSummary } from '../../workers/api';
import { formatBytes, formatMacs, formatParams } from '../format/numbers';
import { useStudio } from '../state/studio';
import { FileButton } from './FileButton';
import { LayerList } from './LayerList';
import { Panel } from './Panel';

const formats: Readonly<Record<string, string>> = {
  onnx: 'ONNX',
  'tfjs-layers': 'TensorFlow.js LayersModel',
};

export function ModelPanel() {
  const model = useStudio((state) => state.model);
  return (
    <Panel title="Model" step={1} state={model ? 'ready' : 'empty'} summary={model && summary(model)}>
      {model ? (
        <Layers model={model} />
      ) : (
        <p className="soft">Drop an ONNX file, or a TensorFlow.js model.json with its weights.</p>
      )}
      <FileButton label={model ? 'Open another model' : 'Open a model'} accept=".onnx,.json,.bin,.zip" />
    </Panel>
  );
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
        <summary>{prunable.length} groups of channels can be pruned</summary>
        <LayerList groups={prunable} />
      </details>
      {frozen.length > 0 && (
        <details>
          <summary>{frozen.length} groups are frozen</summary>
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
          <summary>{model.notes.length} notes from reading the file</summary>
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
