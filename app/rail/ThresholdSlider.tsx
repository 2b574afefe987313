import { significant } from '../format/numbers';
import type { ScheduleState } from '../state/schedule';
import { changeThresholds, type Threshold } from '../state/setup';
import { Term } from '../ui/Term';
import { NumberListField } from './NumberListField';

interface Scale {
  readonly symbol: string;
  readonly min: number;
  readonly max: number;
}

/** Log scales: thresholds are compared by ratio. */
const scales: Readonly<Record<Threshold, Scale>> = {
  delta: { symbol: 'δ', min: 0.005, max: 2 },
  lambda: { symbol: 'λ', min: 0.5, max: 2 },
  alpha: { symbol: 'α', min: 0.01, max: 100 },
};
const steps = 400;

const toSlider = ({ min, max }: Scale, value: number) =>
  (Math.log(value / min) / Math.log(max / min)) * steps;
const fromSlider = ({ min, max }: Scale, position: number) =>
  Number((min * (max / min) ** (position / steps)).toPrecision(3));

/** One of δ, λ, α: a slider and a number, or what follows from the other two. */
export function ThresholdSlider({
  threshold,
  schedule,
}: {
  readonly threshold: Threshold;
  readonly schedule: ScheduleState;
}) {
  const scale = scales[threshold];
  const value = schedule.schedule?.[threshold] ?? schedule.given[threshold];
  const follows = schedule.follows === threshold;
  const set = (next: number) => next > 0 && changeThresholds(pairWith(schedule, threshold, next));
  return (
    <div className="threshold" data-follows={follows}>
      <div className="threshold-head">
        <Term id={threshold}>{scale.symbol}</Term>
        <button
          type="button"
          className="follows"
          aria-pressed={follows}
          disabled={follows}
          title={follows ? 'It follows from the other two.' : 'Let this one follow from the other two.'}
          onClick={() => letFollow(schedule, threshold)}
        >
          {follows ? 'follows' : 'free'}
        </button>
        {follows ? (
          <output className="number">{value === undefined ? '–' : significant(value, 4)}</output>
        ) : (
          <NumberListField
            label={`${scale.symbol} as a number`}
            value={value === undefined ? [] : [value]}
            onChange={([next]) => next !== undefined && set(next)}
          />
        )}
      </div>
      <input
        type="range"
        min={0}
        max={steps}
        step={1}
        aria-label={scale.symbol}
        aria-valuetext={value === undefined ? 'no value' : significant(value, 4)}
        disabled={follows}
        value={value === undefined ? 0 : toSlider(scale, value)}
        onChange={(event) => set(fromSlider(scale, Number(event.target.value)))}
      />
    </div>
  );
}

/** The two free thresholds with one of them changed. */
function pairWith({ schedule, given, follows }: ScheduleState, threshold: Threshold, value: number) {
  const free = (['delta', 'lambda', 'alpha'] as const).filter((name) => name !== follows);
  return Object.fromEntries(
    free.map((name) => [
      name,
      name === threshold ? value : (schedule?.[name] ?? given[name] ?? defaults[name]),
    ]),
  );
}

const defaults = { delta: 0.1, lambda: 1, alpha: 1 } as const;

function letFollow({ schedule, given }: ScheduleState, threshold: Threshold): void {
  const { delta, lambda, alpha } = schedule ?? { ...defaults, ...given };
  if (threshold === 'delta') changeThresholds({ lambda, alpha });
  else if (threshold === 'lambda') changeThresholds({ delta, alpha });
  else changeThresholds({ delta, lambda });
}
