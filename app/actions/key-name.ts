/** The key of an event in the notation of `Action.keys`. */
export function keyName({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): string {
  const letter = /^[a-z]$/i.test(key);
  return shiftKey && (letter || key.length > 1) ? `Shift+${letter ? key.toUpperCase() : key}` : key;
}
