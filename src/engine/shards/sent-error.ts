import { InputError } from '../../util/errors';

/** An error as a message can carry it: structured clones keep the classes of the language, not our own. */
export type SentError =
  | { readonly kind: 'input'; readonly parts: ConstructorParameters<typeof InputError>[0] }
  | { readonly kind: 'other'; readonly error: Error };

export function toSent(error: unknown): SentError {
  if (error instanceof InputError) {
    const { file, place, problem, advice } = error;
    return { kind: 'input', parts: { file, place, problem, advice } };
  }
  return { kind: 'other', error: error instanceof Error ? error : new Error(String(error)) };
}

export function fromSent(sent: SentError): Error {
  return sent.kind === 'input' ? new InputError(sent.parts) : sent.error;
}
