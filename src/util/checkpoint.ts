/**
 * Long work comes by here between its portions: it says what it does and how far it is, lets others have their turn,
 * and ends here when it has been given up.
 * @throws whatever says that the work was given up
 */
export type Checkpoint = (what: string, done: number, total: number) => Promise<void>;

/** For work that nobody watches. */
export const unwatched: Checkpoint = () => Promise.resolve();
