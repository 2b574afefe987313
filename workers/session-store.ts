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

  async open(parts: SetupParts): Promise<Session> {
    const key = JSON.stringify([parts.spec, parts.tasks, parts.exclude]);
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

function dispose(session: Promise<Session>): void {
  void session.then(
    (made) => made.dispose(),
    () => undefined,
  );
}
