import type { RecoveryEvent, TuningFigures } from '../src/recovery';
import { progressLine, type Naming } from './progress';

/** Steps of a training between two lines. */
const STEPS_A_LINE = 50;

/** The lines that pruning and recovery print as they go; `null` for events that print nothing. */
export function recoveryLine(event: RecoveryEvent, naming: Naming): string | null {
  switch (event.kind) {
    case 'pruning':
      return progressLine(event.event, naming);
    case 'recovery-began':
      return `recovering by ${event.methods.join(', ') || 'nothing more'}`;
    case 'layer-recovered': {
      const { method, layer, done, total, errorBefore, errorAfter } = event;
      const change =
        errorBefore === null ? 'left alone' : `${percent(errorBefore)} → ${percent(errorAfter ?? 0)}`;
      return `  ${method} ${done}/${total} ${layer}: ${change}`;
    }
    case 'method-ended':
      return `after ${event.method} (${event.seconds.toFixed(1)} s):\n${figures(event.figures, naming)}`;
    case 'tuning-began': {
      const { purpose, trainSamples, validationSamples, epochs, steps, warnings } = event;
      const training = `${purpose}: ${epochs} epochs, ${steps} steps on ${trainSamples} samples, judged on ${validationSamples}`;
      return [training, ...warnings, figures(event.before, naming)].join('\n');
    }
    case 'tuning-step': {
      const { step, learningRate, secondsLeft, losses } = event;
      if (step % STEPS_A_LINE !== 0) return null;
      const shown = Object.entries(losses).map(([name, loss]) => `${name} ${short(loss)}`);
      return `  step ${step}, rate ${short(learningRate)}: ${shown.join(', ')}; ${secondsLeft.toFixed(0)} s left`;
    }
    case 'tuning-evaluated':
      return `epoch ${event.epoch}${event.best ? ', the best so far' : ''}:\n${figures(event.figures, naming)}`;
    case 'tuning-ended': {
      const { purpose, keptStep, message, seconds } = event;
      return [
        ...(message === null ? [] : [message]),
        `${purpose}: step ${keptStep} is kept; ${seconds.toFixed(0)} s`,
      ].join('\n');
    }
    case 'round-began':
      return event.rounds > 1 ? `round ${event.round} of at most ${event.rounds}` : null;
    case 'rounds-ended':
      return event.message;
    case 'round-ended':
    case 'recovery-ended':
    case 'network-made':
      return null;
  }
}

function figures({ losses, metrics }: TuningFigures, naming: Naming): string {
  return Object.entries(losses)
    .map(([task, loss]) => {
      const metric = metrics[task];
      const shown = metric === undefined ? '' : `, ${naming.metrics.get(task) ?? 'metric'} ${short(metric)}`;
      return `  ${task}: loss ${short(loss)}${shown}`;
    })
    .join('\n');
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
