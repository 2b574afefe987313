export { Inspector } from './inspector';
export type {
  InTurn,
  PredictedSample,
  PredictedTask,
  Predictions,
  PredictionsAsk,
  Removed,
  ResponsesAsk,
} from './inspector';
export type { ChannelResponse, Responses } from './responses';
export type { Thumbnail } from './thumbnail';
