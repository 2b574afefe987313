import { useEffect, useRef } from 'react';
import { allActions } from '../actions/actions';
import { ui, useUi } from '../state/ui';
import { shortcutLabel } from '../ui/ActionButton';
import { terms } from '../ui/terms';
import './HelpDialog.css';

export function HelpDialog() {
  const open = useUi((state) => state.help);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      className="help"
      aria-labelledby="help-title"
      onClose={() => ui.setState({ help: false })}
    >
      <form method="dialog">
        <button className="button quiet" aria-label="Close">
          ✕
        </button>
      </form>
      <h2 id="help-title">What this page does</h2>
      <p>
        It removes channels from a trained network, one layer after another, as long as no task loses more
        than the layer&rsquo;s threshold allows. This is PAGCP (Ye et al., TPAMI 2023). Model and data stay in
        this browser.
      </p>
      <ol>
        <li>
          Drop a model (ONNX, TensorFlow.js, Keras, or ONNX with a PyTorch state dict) and a calibration set
          (.npz, a folder of pictures with their labels, MNIST IDX or CIFAR files), or open a demo of the
          gallery.
        </li>
        <li>Check the tasks: which output, which labels, which loss.</li>
        <li>Set the thresholds, press Run, and watch which task stops which layer.</li>
        <li>
          Drag the timeline to any step, look at what the network answers there, and move the thresholds to
          see what another run would give.
        </li>
        <li>Win back in Recovery what pruning cost, compare in Networks, and download the one you like.</li>
      </ol>
      <h3>Words</h3>
      <dl>
        {Object.values(terms).map(({ term, text }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <h3>Keys</h3>
      <dl>
        {allActions.map(({ id, label, hint, keys }) => (
          <div key={id}>
            <dt>
              <kbd>{shortcutLabel(keys)}</kbd> {label}
            </dt>
            <dd>{hint}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
