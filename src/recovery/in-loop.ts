import type { CommitRecovery } from '../pruning/commit-recovery';
import type { GroupId } from '../graph/channel-types';
import type { Remedy } from './events';
import { LayerTargets } from './layer-targets';
import type { ChangeableLayer } from './layers';
import { composeKeep, slicedNetwork, withSlicedParams, type Network, type Reference } from './network';
import { reconstruct } from './reconstruct';
import { applyRemedy } from './remedies';
import type { RecoverSettings } from './settings';

/**
 * Recovery inside the greedy loop. Least squares solves the layers that read the committed group, which the rest of
 * the network has been made up for already; the other methods go through the whole network.
 *
 * @param start the network that the loop begins with; the loop's graph and keep-lists are of its sliced form
 * @returns undefined where the settings ask for nothing in the loop
 */
export function inLoopRecovery(
  reference: Reference,
  start: Network,
  settings: RecoverSettings | null | undefined,
  signal?: AbortSignal,
): CommitRecovery | undefined {
  const methods = settings ? inLoopMethods(settings) : [];
  if (methods.length === 0) return undefined;
  const readers = new Set(
    reference.channels.groups.flatMap(({ consumers }) => consumers.map(({ node }) => node)),
  );
  const targets = new LayerTargets(reference, (node) => readers.has(node));
  return {
    methods,
    async recover(graph, keep, group) {
      let macs = 0;
      let network: Network = {
        graph: withSlicedParams(reference, start, graph.params).graph,
        keep: composeKeep(reference.channels, start.keep, keep),
      };
      for (const method of methods) {
        const layers = group === null ? undefined : readersOf(reference, group);
        const run =
          method === 'least-squares' && layers
            ? reconstruct(reference, network, { layers, targets, signal })
            : applyRemedy(method, reference, network, { signal });
        for (let next = await run.next(); ; next = await run.next()) {
          if (next.done) {
            network = next.value;
            break;
          }
          macs += next.value.macs;
        }
      }
      return { graph: slicedNetwork(reference, { graph: network.graph, keep: start.keep }), macs };
    },
  };
}

/** What is applied after every commit; training comes after the loop in either case. */
export function inLoopMethods({ when, methods }: RecoverSettings): readonly Remedy[] {
  return when === 'each-commit' ? methods.filter((method) => method !== 'fine-tune') : [];
}

/** Layers whose kernel has input channels of the group. */
function readersOf({ channels }: Reference, group: GroupId): (layer: ChangeableLayer) => boolean {
  const consumers = new Set(
    channels.groups.find(({ id }) => id === group)?.consumers.map(({ node }) => node) ?? [],
  );
  return ({ node }) => consumers.has(node.id);
}
