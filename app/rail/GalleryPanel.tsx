import { demos } from '../state/demos';
import { openDemo } from '../state/files';
import { useStudio } from '../state/studio';
import { Panel } from './Panel';

export function GalleryPanel() {
  const ready = useStudio((state) => state.backend !== null && state.run.status !== 'running');
  return (
    <Panel title="Gallery">
      {demos.map(({ title, text, files }) => (
        <div key={title}>
          <button type="button" className="button" disabled={!ready} onClick={() => void openDemo(files)}>
            {title}
          </button>
          <p className="soft">{text}</p>
        </div>
      ))}
    </Panel>
  );
}
