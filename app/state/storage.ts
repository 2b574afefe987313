import { get, set } from 'idb-keyval';

/** What the browser kept under the key; nothing where it keeps nothing. */
export async function recall<T>(key: string): Promise<T | undefined> {
  try {
    return await get<T>(key);
  } catch {
    // Without storage, or where it is forbidden, every visit is the first.
    return undefined;
  }
}

/** Keeps a value for the next visit, if the browser has room and allows it. */
export async function remember(key: string, value: unknown): Promise<void> {
  try {
    await set(key, value);
  } catch {
    // It lives as long as the page.
  }
}
