import { networkName } from '../recovery/words';
import { inspectNetwork, useInspectedNetwork } from '../state/inspected-network';
import { useStudio } from '../state/studio';

/** Which network is looked into: that of the timeline, or a recovered one. */
export function NetworkChoice() {
  const networks = useStudio((state) => state.recovery.networks);
  const id = useInspectedNetwork();
  const others = networks.filter(({ stage }) => stage !== 'original');
  if (others.length === 0) return null;
  return (
    <select
      className="field network-choice"
      aria-label="Network compared with the unpruned one"
      value={id ?? ''}
      onChange={({ target }) => inspectNetwork(target.value === '' ? null : target.value)}
    >
      <option value="">On the timeline</option>
      {others.map((network) => (
        <option key={network.id} value={network.id}>
          {networkName(network)}
        </option>
      ))}
    </select>
  );
}
