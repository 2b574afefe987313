import { useStudio } from '../state/studio';
import { ActionButton } from '../ui/ActionButton';
import { Panel } from './Panel';

export function DownloadPanel() {
  const status = useStudio((state) => state.run.status);
  const done = status === 'done' || status === 'stopped';
  return (
    <Panel title="Downloads" summary={done ? null : 'Ready when a run here is done or stopped.'}>
      <ActionButton id="downloadModel" icon="download" />
      <ActionButton id="downloadZip" icon="download" />
      <ActionButton id="saveRun" icon="download" />
    </Panel>
  );
}
