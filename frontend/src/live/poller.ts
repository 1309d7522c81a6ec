/** Stands in for the stream by asking again and again: never twice at once, never while nobody looks. */
import type { LiveState, Refresh } from "#/live/live";

const INTERVAL_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
/** Clients that lost the same server come back spread over this share of their pause. */
const JITTER = 0.3;

interface Watcher {
  readonly refresh: Refresh;
  readonly pace: number;
  ranAt: number;
}

export class Poller {
  private readonly watchers = new Set<Watcher>();
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: AbortController | null = null;
  private again = false;
  private failures = 0;
  private current: LiveState = "live";

  /** `unproven` is the state until the first answer; `onRecovery` runs when failures are over. */
  constructor(
    private readonly unproven: LiveState = "live",
    private readonly onRecovery: () => void = () => {},
  ) {}

  readonly state = (): LiveState => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Has `refresh` run at every beat, but at most once in `pace` milliseconds. */
  watch(refresh: Refresh, pace = 0): () => void {
    if (this.watchers.size === 0) this.open();
    const watcher = { refresh, pace, ranAt: pace > 0 ? Date.now() : Number.NEGATIVE_INFINITY };
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) this.close();
    };
  }

  readonly nudge = (): void => {
    if (this.running) this.again = true;
    else void this.round();
  };

  private open(): void {
    document.addEventListener("visibilitychange", this.reconsider);
    window.addEventListener("online", this.reconsider);
    window.addEventListener("offline", this.reconsider);
    this.failures = 0;
    this.become(this.obstacle() ?? this.unproven);
    this.schedule(INTERVAL_MS);
  }

  private close(): void {
    document.removeEventListener("visibilitychange", this.reconsider);
    window.removeEventListener("online", this.reconsider);
    window.removeEventListener("offline", this.reconsider);
    this.stop();
  }

  private readonly reconsider = (): void => {
    const obstacle = this.obstacle();
    if (obstacle) {
      this.stop();
      this.become(obstacle);
    } else {
      void this.round();
    }
  };

  private obstacle(): LiveState | null {
    if (!navigator.onLine) return "offline";
    return document.hidden ? "paused" : null;
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.running?.abort();
    this.running = null;
    this.again = false;
  }

  private schedule(pause: number): void {
    clearTimeout(this.timer);
    if (this.obstacle() === null) this.timer = setTimeout(() => void this.round(), pause);
  }

  private async round(): Promise<void> {
    if (this.running || this.watchers.size === 0 || this.obstacle()) return;
    clearTimeout(this.timer);
    const run = new AbortController();
    this.running = run;
    this.again = false;
    const now = Date.now();
    const due = [...this.watchers].filter(({ ranAt, pace }) => now - ranAt >= pace);
    const outcomes = await Promise.allSettled(
      due.map(async (watcher) => {
        watcher.ranAt = now;
        await watcher.refresh(run.signal);
      }),
    );
    if (this.running !== run) return;
    this.running = null;
    const failed = outcomes.some(({ status }) => status === "rejected");
    const recovered = !failed && this.failures > 0;
    this.failures = failed ? this.failures + 1 : 0;
    this.become(failed ? "reconnecting" : "live");
    if (recovered) this.onRecovery();
    this.schedule(this.again && !failed ? 0 : this.pause());
  }

  private pause(): number {
    if (this.failures === 0) return INTERVAL_MS;
    const pause = Math.min(INTERVAL_MS * 2 ** (this.failures - 1), LONGEST_PAUSE_MS);
    return pause * (1 - JITTER * Math.random());
  }

  private become(state: LiveState): void {
    if (state === this.current) return;
    this.current = state;
    for (const listener of this.listeners) listener();
  }
}
