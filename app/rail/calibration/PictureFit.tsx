import type { CalibrationSpec } from '../../../src/calibration/calibration';
import { setOptional } from '../../state/spec';
import { NumberListField } from '../NumberListField';
import { SelectField } from '../SelectField';

interface Props {
  readonly spec: CalibrationSpec;
  /** Of the network's input. */
  readonly channels: number;
}

const fits = [
  { value: 'resize', label: 'Stretch' },
  { value: 'centre-crop', label: 'Crop the middle' },
  { value: 'letterbox', label: 'Letterbox' },
] as const;

const interpolations = [
  { value: 'antialias', label: 'Bilinear, antialiased (PIL)' },
  { value: 'bilinear', label: 'Bilinear (OpenCV, TF)' },
  { value: 'nearest', label: 'Nearest' },
] as const;

const orders = [
  { value: 'rgb', label: 'RGB' },
  { value: 'bgr', label: 'BGR' },
] as const;

/** How pictures come to the network's size and colours. */
export function PictureFit({ spec, channels }: Props) {
  const { fit = 'resize', size, interpolation = 'antialias', channels: order = 'rgb', pad = 114 } = spec;
  return (
    <>
      <SelectField label="Fit" value={fit} options={fits} onChange={(value) => setOptional('fit', value)} />
      {fit === 'centre-crop' && (
        <NumberListField
          label="Shorter side, px"
          value={size === undefined ? [] : [size]}
          onChange={([value]) => setOptional('size', value === undefined ? undefined : atLeastOne(value))}
        />
      )}
      {fit === 'letterbox' && (
        <NumberListField
          label="Padding, 0 to 255"
          value={[pad]}
          onChange={([value = 114]) => setOptional('pad', Math.min(255, Math.max(0, Math.round(value))))}
        />
      )}
      <SelectField
        label="Scaling"
        value={interpolation}
        options={interpolations}
        onChange={(value) => setOptional('interpolation', value)}
      />
      {channels === 3 && (
        <SelectField
          label="Colours"
          value={order}
          options={orders}
          onChange={(value) => setOptional('channels', value)}
        />
      )}
    </>
  );
}

const atLeastOne = (value: number) => Math.max(1, Math.round(value));
