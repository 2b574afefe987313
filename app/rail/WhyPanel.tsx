import { whyStopped } from '../format/why';
import { useRunView } from '../state/run-view';
import { useSelectedGroup } from '../state/selection';
import { useShownStep } from '../state/shown-step';
import { useStudio } from '../state/studio';
import { Panel } from './Panel';

/** Why the selected layer (or else the latest) stopped where it did. */
export function WhyPanel() {
  const run = useRunView();
  const selected = useSelectedGroup();
  const stepOf = useShownStep();
  const model = useStudio((state) => state.model);
  const group = selected ?? stepOf(run, null)?.group;
  if (!group) return <Panel title="Why this layer stopped" summary="Select a layer, or press Run." />;
  const frozen = model?.groups.find(({ id }) => id === group)?.frozen;
  const step = run.steps.find((candidate) => candidate.group === group);
  return (
    <Panel title="Why this layer stopped" summary={group}>
      <p>
        {frozen
          ? `Frozen: ${frozen}.`
          : step
            ? whyStopped(step, run.tasks)
            : 'This layer has not been tried yet.'}
      </p>
    </Panel>
  );
}
