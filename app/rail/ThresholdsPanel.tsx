import { changeMethod } from '../state/setup';
import { useSchedule, type ScheduleState } from '../state/schedule';
import { useStudio } from '../state/studio';
import { ActionButton } from '../ui/ActionButton';
import { Term } from '../ui/Term';
import { MethodChoices } from './MethodChoices';
import { Panel } from './Panel';
import { ScheduleSparkline } from './ScheduleSparkline';
import { ThresholdSlider } from './ThresholdSlider';
import './ThresholdsPanel.css';

/** δ, λ and α (two free, the third follows), top-K, mode and the rest of the method's settings. */
export function ThresholdsPanel() {
  const method = useStudio((state) => state.method);
  const problems = useStudio((state) => state.problems).filter(({ part }) => part === 'thresholds');
  const schedule = useSchedule();
  return (
    <Panel title="Thresholds">
      <ThresholdSlider threshold="delta" schedule={schedule} />
      <ThresholdSlider threshold="lambda" schedule={schedule} />
      <ThresholdSlider threshold="alpha" schedule={schedule} />
      <ScheduleOutcome schedule={schedule} />
      {(schedule.problem === null ? problems : []).map(({ message }) => (
        <p key={message} className="problem" role="alert">
          {message}
        </p>
      ))}
      <label className="stacked">
        <span className="threshold-head">
          <Term id="topK">top-K</Term>
          <output className="number">{Math.round(method.topK * 100)} %</output>
        </span>
        <input
          type="range"
          min={0.05}
          max={1}
          step={0.05}
          value={method.topK}
          onChange={(event) => changeMethod({ topK: Number(event.target.value) })}
        />
      </label>
      <MethodChoices method={method} schedule={schedule} />
      <ProfileState />
    </Panel>
  );
}

function ScheduleOutcome({ schedule }: { readonly schedule: ScheduleState }) {
  if (schedule.problem !== null) {
    return (
      <p className="problem" role="alert">
        {schedule.problem}
      </p>
    );
  }
  return <ScheduleSparkline thresholds={schedule.thresholds} />;
}

function ProfileState() {
  const profile = useStudio((state) => state.profile);
  if (profile) return <p className="soft">Drag a threshold: the prediction follows at once.</p>;
  return (
    <>
      <p className="soft">Measure the sensitivity once to see predictions while you drag.</p>
      <ActionButton id="profile" />
    </>
  );
}
