import type { CalibrationSpec } from '../../src/calibration/calibration';
import { changeSpec } from './setup';
import { studio } from './studio';

/** Changes the calibration's spec where fields may go as well as come. */
export function editSpec(edit: (spec: CalibrationSpec) => CalibrationSpec): void {
  const { spec } = studio.getState();
  if (!spec) return;
  studio.setState({ spec: edit(spec) });
  changeSpec({});
}

/** Sets an optional field, or lifts it. */
export function setOptional<K extends keyof CalibrationSpec>(
  key: K,
  value: CalibrationSpec[K] | undefined,
): void {
  editSpec((spec) => {
    const entries = Object.entries<unknown>({ ...spec, [key]: value }).filter(([, one]) => one !== undefined);
    // Only an optional field was lifted.
    return Object.fromEntries(entries) as unknown as CalibrationSpec;
  });
}
