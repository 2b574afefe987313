import type { ReportGroup } from '../../src/pruning/report';
import { layerName, plural } from '../format/names';

type Frozen = Pick<ReportGroup, 'id' | 'size' | 'frozen'>;

/** The layers that are never pruned, with the reason of each. */
export function FrozenGroups({ groups }: { readonly groups: readonly Frozen[] }) {
  const frozen = groups.filter((group) => group.frozen !== null);
  return (
    <details className="frozen-groups">
      <summary>
        {frozen.length === 0 ? 'No layer is frozen' : `${plural(frozen.length, 'layer')} frozen, and why`}
      </summary>
      <ul>
        {frozen.map(({ id, size, frozen: why }) => (
          <li key={id}>
            <strong title={id}>{layerName(id)}</strong> ({plural(size, 'channel')}): {why}
          </li>
        ))}
      </ul>
    </details>
  );
}
