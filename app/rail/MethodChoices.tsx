import type { PagcpSettings } from '../../src/pruning/recipe';
import { changeLimits, changeMethod, changeMode, changeRecoverEachCommit } from '../state/setup';
import { useStudio } from '../state/studio';
import type { ScheduleState } from '../state/schedule';
import { Term } from '../ui/Term';
import { NumberListField } from './NumberListField';

interface Props {
  readonly method: PagcpSettings;
  readonly schedule: ScheduleState;
}

/** Mode, saliency and search, each choice explained in a sentence. */
export function MethodChoices({ method, schedule }: Props) {
  const ascending = (schedule.schedule?.lambda ?? 1) > 1;
  return (
    <details>
      <summary>
        {modes[method.mode].label} · {saliencies[method.saliency].label} · {method.search} search
      </summary>
      <div className="grid-2">
        <Choice label="Mode" value={method.mode} values={modes} onChange={changeMode} />
        <Choice
          label="Saliency"
          value={method.saliency}
          values={saliencies}
          onChange={(saliency) => changeMethod({ saliency })}
        />
        <Choice
          label="Search"
          value={method.search}
          values={searches}
          onChange={(search) => changeMethod({ search })}
        />
        <Limits method={method} />
      </div>
      <RecoverEachCommit method={method} />
      <p className="soft">
        {modes[method.mode].text} {searches[method.search].text}
      </p>
      <p className="soft">
        <Term id="probe">Order</Term>: {ascending ? 'smallest' : 'largest'} saving first, as λ is{' '}
        {ascending ? 'above' : 'at most'} 1.
      </p>
    </details>
  );
}

/** Recovery in the loop: later trials see a network that was made up for what earlier steps took. */
function RecoverEachCommit({ method }: { readonly method: PagcpSettings }) {
  const chosen = useStudio(({ recover }) => recover?.when === 'each-commit');
  if (method.mode === 'published') return null;
  return (
    <label className="soft">
      <input
        type="checkbox"
        checked={chosen}
        onChange={(event) => changeRecoverEachCommit(event.target.checked)}
      />{' '}
      Recover after every commit (least squares, batch-norm statistics)
    </label>
  );
}

/** What must remain of every layer: channels, a multiple to round up to, a cap on what goes. Empty sets no limit. */
function Limits({ method }: { readonly method: PagcpSettings }) {
  if (method.mode === 'published') return null;
  const { minKept, keptMultiple, maxRatio } = method;
  const whole = (value: number) => Math.max(1, Math.round(value));
  return (
    <>
      <NumberListField
        label="Keep at least"
        value={minKept === undefined ? [] : [minKept]}
        onChange={([value]) => changeLimits({ minKept: value === undefined ? undefined : whole(value) })}
      />
      <NumberListField
        label="Multiple of"
        value={keptMultiple === undefined ? [] : [keptMultiple]}
        onChange={([value]) => changeLimits({ keptMultiple: value === undefined ? undefined : whole(value) })}
      />
      <NumberListField
        label="Cap, %"
        value={maxRatio === undefined ? [] : [maxRatio * 100]}
        onChange={([value]) =>
          changeLimits({
            maxRatio: value === undefined ? undefined : Math.min(1, Math.max(0.01, value / 100)),
          })
        }
      />
    </>
  );
}

interface Option {
  readonly label: string;
  readonly text: string;
}

const modes: Readonly<Record<PagcpSettings['mode'], Option>> = {
  corrected: {
    label: 'Corrected',
    text: 'Corrected: what a step commits stays, and the rebuilt network is held against 1 + α again.',
  },
  published: {
    label: 'Published',
    text: 'Published: as the authors’ code does. A layer where every ratio passes commits nothing in the search, yet is pruned by 90 % in the end; the result is not checked again.',
  },
};

const saliencies: Readonly<Record<PagcpSettings['saliency'], Option>> = {
  l1: { label: 'L1', text: 'Mean magnitude of a filter’s weights.' },
  l2: { label: 'L2', text: 'Root mean square of a filter’s weights.' },
};

const searches: Readonly<Record<PagcpSettings['search'], Option>> = {
  linear: { label: 'Linear', text: 'Linear search tries every ratio, smallest first.' },
  bracket: {
    label: 'Bracket',
    text: 'Bracket search closes in on the last ratio that passes, with fewer evaluations; it stops an evaluation once a violation is certain, so such drops are lower bounds (↑).',
  },
};

function Choice<T extends string>({
  label,
  value,
  values,
  onChange,
}: {
  readonly label: string;
  readonly value: T;
  readonly values: Readonly<Record<T, Option>>;
  readonly onChange: (value: T) => void;
}) {
  const names = (Object.keys(values) as T[]).map((name) => ({ name, ...values[name] }));
  return (
    <label className="stacked">
      {label}
      <select
        className="field"
        title={values[value].text}
        value={value}
        onChange={(event) => {
          const chosen = names.find(({ name }) => name === event.target.value);
          if (chosen) onChange(chosen.name);
        }}
      >
        {names.map(({ name, label: text }) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
