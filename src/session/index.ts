export { checkSetup, type SetupCheck } from './check';
export { runnableOutputs } from './outputs';
export { createSession, type OracleFactory, type Session } from './session';
export { sizedForSet } from './sized-model';
export type { Setup, SetupPart, SetupParts } from './setup';
