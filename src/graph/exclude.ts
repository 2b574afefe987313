import type { Graph } from './graph';
import { isKernelNode, type KernelNode } from './nodes';
import { kernelInputs } from './rules/kernels';

/** Whether a glob (`*`, `?`) names the layer: by its node, its weight, or its module. */
export function isExcluded(graph: Graph, layer: KernelNode, globs: readonly string[]): boolean {
  const names = layerNames(graph, layer);
  return globs.map(globPattern).some((pattern) => names.some((name) => pattern.test(name)));
}

/** Sentences about the globs that name no layer: most likely they are written wrong. */
export function idleGlobs(graph: Graph, globs: readonly string[]): readonly string[] {
  const layers = graph.nodes.filter(isKernelNode);
  const idle = globs.filter((glob) => !layers.some((layer) => isExcluded(graph, layer, [glob])));
  const examples = layers.slice(0, 3).map((layer) => layerNames(graph, layer).at(-1) ?? '');
  return idle.map(
    (glob) => `"exclude" names "${glob}", which is no layer of the model: they are ${examples.join(', ')} …`,
  );
}

function layerNames(graph: Graph, layer: KernelNode): readonly string[] {
  const name = graph.params.get(kernelInputs(layer).kernel)?.name ?? '';
  return [layer.source, name, name.replace(/[./](weight|kernel)(:0)?$/, '')];
}

function globPattern(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replace(/\?/g, '.')}$`);
}
