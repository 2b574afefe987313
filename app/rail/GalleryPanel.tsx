import { demos, type Demo } from '../state/demos';
import { openDemo } from '../state/files';
import { useStudio, type StudioState } from '../state/studio';
import './GalleryPanel.css';
import { Panel } from './Panel';

export function GalleryPanel() {
  const ready = useStudio((state) => state.backend !== null && state.run.status !== 'running');
  const open = useStudio((state) => demos.find((demo) => isOpen(demo, state))?.id);
  return (
    <Panel title="Gallery">
      <ul className="gallery">
        {demos.map(({ id, title, text, files }) => (
          <li key={id} className="gallery-card" data-open={id === open}>
            <button
              type="button"
              disabled={!ready}
              aria-current={id === open}
              aria-describedby={`demo-${id}`}
              onClick={() => void openDemo(files)}
            >
              {title}
            </button>
            {id === open && <span className="soft">open</span>}
            <p id={`demo-${id}`} className="soft">
              {text}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Told by its files' names: a model of one's own may be called the same, but hardly beside a set called the same. */
const isOpen = ({ files }: Demo, { model, calibration }: StudioState) =>
  [model, calibration].every((opened) => files.some((path) => path.split('/').at(-1) === opened?.file));
