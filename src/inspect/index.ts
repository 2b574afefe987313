export { Inspector } from './inspector';
export type {
  GraphOf,
  InTurn,
  OwnNetwork,
  PredictedSample,
  PredictedTask,
  Predictions,
  PredictionsAsk,
  Removed,
  ResponsesAsk,
} from './inspector';
export type { ChannelResponse, Responses } from './responses';
export type { Thumbnail } from '../calibration/thumbnail';
