import type { NetworkBlock, NetworkSummary } from '../../workers/api';
import { fixtureModel } from './fixture-model';

/** A residual network of about `count` blocks, whose channels belong to the fixture's groups in turn. */
export function largeNetwork(count: number): NetworkSummary {
  const groups = fixtureModel.groups.filter(({ frozen }) => frozen === null);
  const blocks: NetworkBlock[] = [];
  const edges: { from: string; to: string }[] = [];
  const add = (id: string, kind: NetworkBlock['kind'], stage: number, from: readonly string[]) => {
    const group = groups[stage % groups.length];
    const channels = group?.size ?? 1;
    blocks.push({
      id,
      kind,
      name: id,
      detail: kind === 'join' ? 'add' : 'conv 3×3',
      channels,
      groups: group ? [{ group: group.id, channels }] : [],
      shape: [8, 8, channels],
      macs: kind === 'join' ? 0 : 1e6,
    });
    edges.push(...from.map((each) => ({ from: each, to: id })));
    return id;
  };
  let before = add('stem', 'layer', 0, []);
  for (let stage = 1; blocks.length < count; stage += 1) {
    const first = add(`stage${stage}.conv1`, 'layer', stage, [before]);
    const second = add(`stage${stage}.conv2`, 'layer', stage, [first]);
    before = add(`stage${stage}.add`, 'join', stage, [before, second]);
  }
  return { blocks, edges };
}
