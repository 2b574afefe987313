import { studio, useStudio } from '../state/studio';
import './Notices.css';

/** What a person must know now, below the top bar: files that failed, a failed run, a graphics adapter that is wrong. */
export function Notices() {
  const fileProblems = useStudio((state) => state.fileProblems);
  const run = useStudio((state) => state.run);
  const backend = useStudio((state) => state.backend);
  const engineProblem = useStudio((state) => state.engineProblem);
  return (
    <div className="notices" aria-live="polite">
      {fileProblems.map((problem) => (
        <p key={problem} className="problem" role="alert">
          {problem}{' '}
          <button
            type="button"
            className="button quiet"
            onClick={() =>
              studio.setState({ fileProblems: fileProblems.filter((other) => other !== problem) })
            }
          >
            Dismiss
          </button>
        </p>
      ))}
      {run.status === 'failed' && (
        <p className="problem" role="alert">
          The run failed: {run.problem} The charts show what it had found; change the setup and press Run
          again.
        </p>
      )}
      {engineProblem !== null && (
        <p className="problem" role="alert">
          The engine did not start: {engineProblem} Choose another backend at the top, or reload the page; a
          current Chrome, Edge or Firefox has WebAssembly.
        </p>
      )}
      {backend?.selfTest === 'failed' && <p className="notice">{backend.why}</p>}
    </div>
  );
}
