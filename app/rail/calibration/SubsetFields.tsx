import type { CalibrationSpec, SubsetSpec } from '../../../src/calibration/calibration';
import type { CalibrationSummary } from '../../../workers/api';
import { setOptional } from '../../state/spec';
import { changeSpec } from '../../state/setup';
import { NumberListField } from '../NumberListField';
import { SelectField } from '../SelectField';

interface Props {
  readonly spec: CalibrationSpec;
  readonly calibration: CalibrationSummary;
}

const drawings = [
  { value: 'first', label: 'The first' },
  { value: 'random', label: 'At random' },
] as const;

/** Which samples are used: the first, or some drawn by a seed, evenly from each class where that is wanted. */
export function SubsetFields({ spec, calibration }: Props) {
  const { subset, limit } = spec;
  const change = (part: Partial<SubsetSpec>) => subset && setOptional('subset', { ...subset, ...part });
  return (
    <>
      <SelectField
        label="Samples"
        value={subset ? 'random' : 'first'}
        options={drawings}
        onChange={(drawing) =>
          setOptional(
            'subset',
            drawing === 'first' ? undefined : { count: countOf(calibration, limit), seed: 1 },
          )
        }
      />
      {subset ? (
        <>
          <NumberListField
            label="How many"
            value={[subset.count]}
            onChange={([count]) => count && change({ count: whole(count, 1) })}
          />
          <NumberListField
            label="Seed"
            value={[subset.seed]}
            onChange={([seed]) => seed !== undefined && change({ seed: whole(seed, 0) })}
          />
          <SelectField
            label="Evenly by"
            value={subset.balance ?? ''}
            options={balances(calibration, subset.balance)}
            onChange={(balance) => {
              const { balance: _, ...rest } = subset;
              setOptional('subset', balance === '' ? rest : { ...rest, balance });
            }}
          />
        </>
      ) : (
        <NumberListField
          label="At most, samples"
          value={limit === null ? [] : [limit]}
          onChange={([value]) => changeSpec({ limit: value ? whole(value, 1) : null })}
        />
      )}
    </>
  );
}

const countOf = ({ count }: CalibrationSummary, limit: number | null) => Math.min(limit ?? 512, count);
const whole = (value: number, least: number) => Math.max(least, Math.round(value));

/** Arrays whose whole numbers may be classes. */
function balances({ arrays }: CalibrationSummary, chosen: string | undefined) {
  const names = arrays
    .filter(({ dtype, shape }) => !dtype.startsWith('float') && shape.length <= 2)
    .map(({ name }) => name);
  const all = chosen === undefined || names.includes(chosen) ? names : [...names, chosen];
  return [{ value: '', label: 'nothing' }, ...all.map((name) => ({ value: name, label: name }))];
}
