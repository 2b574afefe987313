import type { CalibrationSpec } from '../../../src/calibration/calibration';
import { presetOf, presets, withPreset } from '../../../src/calibration/presets';
import type { CalibrationSummary } from '../../../workers/api';
import { significant } from '../../format/numbers';
import { changeSpec } from '../../state/setup';
import { editSpec } from '../../state/spec';
import { NumberListField } from '../NumberListField';
import { SelectField } from '../SelectField';
import { ArrayList } from './ArrayList';
import { PictureFit } from './PictureFit';
import { SubsetFields } from './SubsetFields';
import { useNetworkInput } from './network-input';

interface Props {
  readonly spec: CalibrationSpec;
  readonly calibration: CalibrationSummary;
}

const ownNumbers = 'own';

/** How samples become the network's input: by a preset, or number by number. */
export function Preprocessing({ spec, calibration }: Props) {
  const { shorter, channels } = useNetworkInput();
  const pictures = calibration.pictures !== undefined;
  const preset = presetOf(spec, shorter, pictures);
  const offered = presets.filter(({ colour }) => !colour || channels === 3);
  return (
    <details>
      <summary>
        {preset?.title ?? 'Own numbers'}: x·{significant(spec.scale)}, then (x − {spec.mean.join(', ')})/
        {spec.std.join(', ')}
      </summary>
      <div className="grid-2">
        <SelectField
          label="Preset"
          value={preset?.id ?? ownNumbers}
          options={[
            ...offered.map(({ id, title }) => ({ value: id, label: title })),
            ...(preset ? [] : [{ value: ownNumbers, label: 'Own numbers' }]),
          ]}
          onChange={(id) => {
            const chosen = presets.find((one) => one.id === id);
            if (chosen) editSpec((before) => applyPreset(before, chosen, shorter, pictures));
          }}
        />
        {pictures ? (
          <PictureFit spec={spec} channels={channels} />
        ) : (
          <ArrayChoice spec={spec} calibration={calibration} />
        )}
        <NumberListField
          label="Scale"
          value={[spec.scale]}
          onChange={([scale]) => scale && changeSpec({ scale })}
        />
        <NumberListField
          label="Mean"
          value={spec.mean}
          onChange={(mean) => mean.length > 0 && changeSpec({ mean })}
        />
        <NumberListField
          label="Std"
          value={spec.std}
          onChange={(std) => std.length > 0 && changeSpec({ std })}
        />
        <SubsetFields spec={spec} calibration={calibration} />
      </div>
      <ArrayList arrays={calibration.arrays} />
    </details>
  );
}

/** Of arrays only the numbers; they have the network's size already. */
function applyPreset(
  spec: CalibrationSpec,
  preset: (typeof presets)[number],
  shorter: number,
  pictures: boolean,
): CalibrationSpec {
  const made = withPreset(spec, preset, shorter);
  return pictures ? made : { ...spec, scale: made.scale, mean: made.mean, std: made.std };
}

function ArrayChoice({ spec, calibration }: Props) {
  return (
    <>
      <SelectField
        label="Input array"
        value={spec.input}
        options={calibration.arrays.map(({ name }) => ({ value: name, label: name }))}
        onChange={(input) => changeSpec({ input })}
      />
      <SelectField
        label="Layout"
        value={spec.layout}
        options={layouts}
        onChange={(layout) => changeSpec({ layout })}
      />
    </>
  );
}

const layouts = [
  { value: 'NHWC', label: 'NHWC' },
  { value: 'NCHW', label: 'NCHW' },
] as const;
