import type { StudioState } from './studio';

type Settings = Pick<StudioState, 'spec' | 'tasks' | 'method' | 'exclude' | 'recover'>;

/** What a person changed since files began to be opened: neither guesses nor a recipe among them overwrite it. */
const edited = new Set<keyof Settings>();

export const noteEdit = (part: keyof Settings) => edited.add(part);

/** With files of a person's choice, or where settings were of another model, earlier changes say nothing. */
export function forgetEdits(parts: readonly (keyof Settings)[] = [...edited]): void {
  parts.forEach((part) => edited.delete(part));
}

/** Settings that come with files, without those that the person changed meanwhile. */
export function unedited<S extends Partial<Settings>>(settings: S): Partial<S> {
  const entries = Object.entries(settings).filter(([part]) => !edited.has(part as keyof Settings));
  // A part of the same settings.
  return Object.fromEntries(entries) as Partial<S>;
}
