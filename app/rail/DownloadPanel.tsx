import { hasResult, useStudio } from '../state/studio';
import { ActionButton } from '../ui/ActionButton';
import { Panel } from './Panel';

export function DownloadPanel() {
  const ready = useStudio(hasResult);
  return (
    <Panel title="Downloads" summary={ready ? null : 'Ready when a run is done or stopped.'}>
      <ActionButton id="downloadModel" icon="download" />
      <ActionButton id="downloadZip" icon="download" />
      <ActionButton id="saveRun" icon="download" />
    </Panel>
  );
}
