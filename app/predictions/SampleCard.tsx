import { memo } from 'react';
import type { PredictedSample } from '../../src/inspect';
import { TaskName } from '../charts/TaskName';
import { formatLoss } from '../format/numbers';
import { pickSample } from '../state/selection';
import { taskStyle } from '../state/task-style';
import { drawnTogether } from './drawn-together';
import { Raster } from './Raster';
import { TaskFigures } from './TaskFigures';

interface Props {
  readonly sample: PredictedSample;
  readonly tasks: readonly string[];
  /** The task that is looked at alone; null shows all. */
  readonly only: string | null;
  readonly picked: boolean;
  /** What a task's class is called. */
  readonly nameOf: (task: string, index: number) => string;
}

/** A sample: what the network sees, and each task's answer before and after. */
export const SampleCard = memo(function SampleCard({ sample, tasks, only, picked, nameOf }: Props) {
  const { index, image } = sample;
  const shown = sample.tasks.filter(({ task }) => only === null || task === only);
  return (
    <li className="sample" data-picked={picked}>
      <figure className="sample-input">
        {image ? (
          <Raster
            width={image.width}
            height={image.height}
            pixels={image.rgba}
            label={`Sample ${index} as the network sees it`}
          />
        ) : (
          <p className="soft">no picture</p>
        )}
        <figcaption>
          <button
            type="button"
            className="sample-name number"
            aria-label={`Sample ${index}`}
            aria-pressed={picked}
            title="Select this sample everywhere"
            onClick={() => pickSample(index)}
          >
            #{index}
          </button>
        </figcaption>
      </figure>
      <div className="sample-tasks">
        {drawnTogether(shown).map(([first, ...others]) => (
          <section key={first.task} aria-label={[first, ...others].map(({ task }) => task).join(', ')}>
            {[first, ...others].map(({ task, before, after }) => (
              <p key={task} className="sample-loss number">
                <TaskName task={task} tasks={tasks} />
                <span>
                  loss {lossWords(before.loss)} → {lossWords(after.loss)}
                </span>
              </p>
            ))}
            <TaskFigures
              task={first}
              image={image}
              color={others.length > 0 ? 'var(--accent)' : taskStyle(tasks, first.task).color}
              nameOf={(index) => nameOf(first.task, index)}
            />
          </section>
        ))}
      </div>
    </li>
  );
});

/** A sample's loss is often next to nothing. */
const lossWords = (loss: number) => (loss < 0.001 ? '0.00' : formatLoss(loss));
