import { checkSetup, createSession, type OracleFactory, type Session, type SetupParts } from '../src/session';
import type { SetupCheck } from './api';

/**
 * Sessions by what they are made of. Thresholds are not part of it, so runs that differ only in them share what was
 * evaluated. At most the newest two stay: the running one and one for the settings on screen.
 */
export class SessionStore {
  readonly #makeOracle: OracleFactory;
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #limit = 2;

  constructor(makeOracle: OracleFactory) {
    this.#makeOracle = makeOracle;
  }

  async check(parts: SetupParts): Promise<SetupCheck> {
    return checkSetup(parts);
  }

  /** The session that runs of these parts share, where there is one already. */
  find(parts: SetupParts): Promise<Session> | null {
    return this.#sessions.get(keyOf(parts)) ?? null;
  }

  async open(parts: SetupParts): Promise<Session> {
    const key = keyOf(parts);
    const session = this.#sessions.get(key) ?? createSession(parts, this.#makeOracle);
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    session.catch(() => this.#sessions.delete(key));
    this.#trim();
    return session;
  }

  clear(): void {
    for (const session of this.#sessions.values()) dispose(session);
    this.#sessions.clear();
  }

  #trim(): void {
    for (const [key, session] of this.#sessions) {
      if (this.#sessions.size <= this.#limit) return;
      this.#sessions.delete(key);
      dispose(session);
    }
  }
}

const keyOf = ({ spec, tasks, exclude }: SetupParts) => JSON.stringify([spec, tasks, exclude]);

function dispose(session: Promise<Session>): void {
  void session.then(
    (made) => made.dispose(),
    () => undefined,
  );
}
