import { useState } from 'react';
import type { ChannelGroup } from '../../src/graph/channel-types';
import type { NetworkSummary } from '../../workers/api';
import { layerName } from '../format/names';
import { hoverGroup, pinGroup } from '../state/selection';
import { toggleExcluded } from '../state/setup';
import { useStudio } from '../state/studio';
import './LayerList.css';

/** The groups that can be pruned: found by name, pinned by a click, left out by their checkbox. */
export function LayerList({ groups }: { readonly groups: readonly ChannelGroup[] }) {
  const [query, setQuery] = useState('');
  const exclude = useStudio((state) => state.exclude);
  const running = useStudio((state) => state.run.status === 'running');
  const network = useStudio((state) => state.model?.network);
  const shown = inNetworkOrder(groups, network).filter((group) => matches(group, query));
  return (
    <>
      <input
        type="search"
        className="field"
        placeholder="Find a layer"
        aria-label="Find a layer"
        data-layer-search
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          const [first] = shown;
          if (event.key === 'Enter' && first) pinGroup(first.id);
        }}
      />
      <ul className="layer-list">
        {shown.map(({ id, size }) => (
          <li key={id} onPointerEnter={() => hoverGroup(id)} onPointerLeave={() => hoverGroup(null)}>
            <label title="Untick to leave this layer as it is">
              <input
                type="checkbox"
                checked={!exclude.includes(id)}
                disabled={running}
                onChange={() => toggleExcluded(id)}
              />
              <span className="visually-hidden">prune </span>
              {layerName(id)}
            </label>
            <button
              type="button"
              className="button quiet"
              onClick={() => pinGroup(id)}
              title="Select this layer everywhere"
            >
              <span className="number">{size}</span> ch.
            </button>
          </li>
        ))}
        {shown.length === 0 && <li className="soft">No layer is called that.</li>}
      </ul>
    </>
  );
}

/** From input to output, as the network is drawn. */
function inNetworkOrder(
  groups: readonly ChannelGroup[],
  network: NetworkSummary | undefined,
): ChannelGroup[] {
  const place = new Map<string, number>();
  for (const [index, block] of (network?.blocks ?? []).entries()) {
    for (const { group } of block.groups) if (!place.has(group)) place.set(group, index);
  }
  return groups.toSorted((a, b) => (place.get(a.id) ?? Infinity) - (place.get(b.id) ?? Infinity));
}

function matches({ id, producers, consumers }: ChannelGroup, query: string): boolean {
  const names = [id, ...producers.map(({ name }) => name), ...consumers.map(({ name }) => name)];
  return names.some((name) => name.toLowerCase().includes(query.trim().toLowerCase()));
}
