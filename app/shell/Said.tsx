import { useUi } from '../state/ui';
import './Said.css';

/** What was just done, for a moment, where nothing else on the page shows it. */
export function Said() {
  const said = useUi((state) => state.said);
  return (
    <p className="said" role="status">
      {said}
    </p>
  );
}
