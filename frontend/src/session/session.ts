/** Who is signed in: the access token in memory, renewed by cookie, shared between tabs. */
import { getRequest } from "relay-runtime";
import { RequestFailure, send } from "#/relay/transport";
import {
  type LogInAnswer,
  logInMutation,
  logOutMutation,
  type RefreshAnswer,
  refreshSessionMutation,
} from "#/session/operations";

/** Renewed this long before it expires, so that no request leaves with a token about to lapse. */
const MARGIN_MS = 30_000;
const NAME = "jobtrail-session";

export interface Viewer {
  readonly id: string;
  readonly username: string;
}

/** Something that an account may be allowed to do. */
export type Permission = "VIEW_JOBS" | "CREATE_JOBS" | "CHANGE_JOBS";

interface Grant {
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly permissions: readonly Permission[];
  readonly viewer: Viewer;
}

type Message = { type: "granted"; grant: Grant } | { type: "ended" };

/** What came of an attempt to sign in; `message` is the server's own. */
export type LogInOutcome = { ok: true } | { ok: false; message: string };

/**
 * One account's session in this tab.
 *
 * Each refresh token serves once and a second use revokes them all, so tabs renew one after the
 * other, under a lock of the browser, and hand what they got to the rest.
 */
export class Session {
  private grant: Grant | null = null;
  private renewal: Promise<string | null> | null = null;
  private former: string | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly channel: BroadcastChannel | null;

  constructor() {
    this.channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(NAME);
    this.channel?.addEventListener("message", ({ data }: MessageEvent<Message>) => {
      this.become(data.type === "granted" ? data.grant : null);
    });
  }

  /** The account, or null while nobody is signed in. */
  readonly viewer = (): Viewer | null => this.grant?.viewer ?? null;

  /** Whether the account had that permission when its session was last renewed. */
  readonly may = (permission: Permission): boolean =>
    this.grant?.permissions.includes(permission) ?? false;

  /** Whether what this tab still holds was seen by another account. */
  readonly isAnotherAccount = (): boolean =>
    this.former !== null && this.grant !== null && this.former !== this.grant.viewer.id;

  /** Calls `listener` whenever the account changes, or what it may do; returns how to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Takes up a session left by an earlier visit. Resolves to whether there is one. */
  async start(): Promise<boolean> {
    if (this.grant) return true;
    return (await this.renew(null)) !== null;
  }

  /** A token that will still be good on arrival; null while nobody is signed in. */
  async accessToken(): Promise<string | null> {
    if (!this.grant) return null;
    if (Date.parse(this.grant.expiresAt) - Date.now() > MARGIN_MS) return this.grant.accessToken;
    return this.renew(this.grant.accessToken);
  }

  /**
   * Replaces `spent`, a token that lapsed or was refused. Resolves to null where the session is
   * over. Raises RequestFailure where the server can not be reached: the session then stands.
   */
  renew(spent: string | null): Promise<string | null> {
    this.renewal ??= exclusively(async () => {
      // Another tab may have renewed while this one waited its turn.
      if (this.grant && this.grant.accessToken !== spent) return this.grant.accessToken;
      const { params } = getRequest(refreshSessionMutation);
      let answer: RefreshAnswer;
      try {
        answer = (await send(params, { input: {} }, { keepalive: true })).data as RefreshAnswer;
      } catch (error) {
        if (error instanceof RequestFailure && error.code === "UNAUTHENTICATED") {
          this.end();
          return null;
        }
        throw error;
      }
      const result = answer.refreshSession;
      if (result.__typename !== "RefreshSessionSuccess") {
        this.end();
        return null;
      }
      this.share(result.session);
      return result.session.accessToken;
    }).finally(() => {
      this.renewal = null;
    });
    return this.renewal;
  }

  /** Raises RequestFailure where the server can not be reached. */
  async logIn(username: string, password: string): Promise<LogInOutcome> {
    return exclusively(async () => {
      const { params } = getRequest(logInMutation);
      const input = { username, password, useCookie: true };
      const answer = (await send(params, { input }, { keepalive: true })).data as LogInAnswer;
      const result = answer.logIn;
      if (result.__typename === "LogInSuccess") {
        this.share(result.session);
        return { ok: true };
      }
      if (result.__typename === "%other") return { ok: false, message: "Sign-in failed." };
      return { ok: false, message: result.message };
    });
  }

  /** Ends the session here, in the other tabs and at the server. */
  async logOut(): Promise<void> {
    const token = this.grant?.accessToken ?? null;
    await exclusively(async () => {
      const { params } = getRequest(logOutMutation);
      await send(params, { input: {} }, { token, keepalive: true });
    }).finally(() => this.end());
  }

  private share(grant: Grant): void {
    this.channel?.postMessage({ type: "granted", grant } satisfies Message);
    this.become(grant);
  }

  private end(): void {
    this.channel?.postMessage({ type: "ended" } satisfies Message);
    this.become(null);
  }

  private become(grant: Grant | null): void {
    this.former = this.grant?.viewer.id ?? this.former;
    const changed =
      this.grant?.viewer.id !== grant?.viewer.id ||
      this.grant?.permissions.join() !== grant?.permissions.join();
    this.grant = grant;
    if (changed) for (const listener of this.listeners) listener();
  }
}

/** Runs `work` while no other tab of this browser runs any. */
function exclusively<T>(work: () => Promise<T>): Promise<T> {
  // Locks exist in secure contexts only; plain http to another machine has a tab to itself.
  if (!navigator.locks) return work();
  return navigator.locks.request(NAME, work) as Promise<T>;
}
