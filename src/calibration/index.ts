export { isCoco } from './images/coco';
export { isLabelText } from './images/material';
export { hasImages } from './images/read';
export { guessCalibration } from './guess';
export { prepareCalibration } from './prepare';
export { isCalibrationFile, readCalibration } from './read';
export {
  guessSpec,
  imageTarget,
  openCalibration,
  renderCalibration,
  renderKey,
  type CalibrationSource,
} from './source';
export { writeNpz } from './write-npz';
