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
        {demos.map((demo) => (
          <li key={demo.id} className="gallery-card" data-open={demo.id === open}>
            <button
              type="button"
              disabled={!ready}
              aria-current={demo.id === open}
              aria-describedby={`demo-${demo.id}`}
              onClick={() => void openDemo(demo)}
            >
              {demo.title}
            </button>
            {demo.id === open && <span className="soft">open</span>}
            <p id={`demo-${demo.id}`} className="soft">
              {demo.text}
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
