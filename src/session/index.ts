export { checkSetup, type SetupCheck } from './check';
export { runnableOutputs } from './outputs';
export { createSession, type Session } from './session';
export type { SetupPart, SetupParts } from './setup';
