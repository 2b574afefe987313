import { Suspense, useMemo, useState } from 'react';
import type { GroupId } from '../../src/graph/channel-types';
import type { Prediction } from '../../src/pruning/predict';
import type { RunState } from '../../src/pruning/run-state';
import type { ModelSummary } from '../../workers/api';
import { ChartFrame } from '../charts/ChartFrame';
import { useChartTasks } from '../charts/use-chart-tasks';
import { useInTurn } from '../charts/use-in-turn';
import { layerName, plural } from '../format/names';
import { useSettledRun } from '../state/run-view';
import { useSelectedGroup } from '../state/selection';
import { useStudio } from '../state/studio';
import { blockStates, describeBlock, networkTable, type BlockState } from './block-state';
import { NetworkDrawing } from './NetworkDrawing';
import './NetworkView.css';

interface Props {
  readonly predicted?: Prediction | null;
}

const nothing = { columns: [], rows: [] };

/** The network as a graph of blocks as long as their channels, at the timeline's moment. */
export function NetworkView({ predicted = null }: Props) {
  const model = useStudio((state) => state.model);
  const run = useInTurn(useSettledRun());
  const guess = useInTurn(predicted);
  const tasks = useChartTasks(run.tasks);
  const selected = useSelectedGroup();
  const [block, setBlock] = useState<string | null>(null);
  const states = useMemo(
    () => (model ? blockStates(model, run, guess) : new Map<string, BlockState>()),
    [model, run, guess],
  );
  const table = useMemo(() => (model ? networkTable(model, states) : nothing), [model, states]);
  return (
    <ChartFrame
      title="Network"
      help="A block’s length shows its channels: solid is kept, hatched removed, outlined frozen, dashed predicted."
      table={table}
      height={250}
      interactive
      empty={model ? null : 'Open a model: its layers appear here.'}
      note={model ? networkNote(model, states, run, block, selected) : ''}
    >
      {({ width, height }) =>
        model && (
          <Suspense
            fallback={
              <p className="plot-empty">Laying out {plural(model.network.blocks.length, 'block')}…</p>
            }
          >
            <NetworkDrawing
              model={model}
              states={states}
              tasks={tasks}
              direction={width < 620 ? 'TB' : 'LR'}
              width={width}
              height={height}
              onBlock={setBlock}
            />
          </Suspense>
        )
      }
    </ChartFrame>
  );
}

/** The hovered block, else the selected group, else what is being searched, in a line. */
function networkNote(
  model: ModelSummary,
  states: ReadonlyMap<string, BlockState>,
  run: RunState,
  id: string | null,
  selected: GroupId | null,
): string {
  const block = model.network.blocks.find((each) => each.id === id);
  const state = block && states.get(block.id);
  if (block && state) return describeBlock(block, state, model.groups);
  const group = model.groups.find((each) => each.id === selected);
  if (group) return groupNote(group, run);
  const step = run.steps.at(-1);
  if (step && step.report === null)
    return `Now: ${layerName(step.group)}, step ${step.index + 1} of ${run.order.length}`;
  return `${plural(model.network.blocks.length, 'block')}, ${plural(model.groups.length, 'group')} of channels`;
}

function groupNote(
  { id, size, producers, consumers, frozen }: ModelSummary['groups'][number],
  run: RunState,
): string {
  const names = (layers: readonly { readonly name: string }[]) =>
    layers.length > 4 ? plural(layers.length, 'layer') : layers.map(({ name }) => layerName(name)).join(', ');
  return [
    `Group ${layerName(id)}: ${run.kept[id] ?? size} of ${size} channels`,
    `made by ${names(producers)}`,
    ...(consumers.length > 0 ? [`read by ${names(consumers)}`] : []),
    ...(frozen !== null ? [`frozen: ${frozen}`] : []),
  ].join(' · ');
}
