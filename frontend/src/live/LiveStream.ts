/**
 * Live updates by one stream of changes for the whole tab: jobs at hand are patched in place, then
 * pages are told; a poll stands in while streams are blocked.
 */
import { Connection, type Open } from "#/live/Connection";
import type { Change, Live, LiveState, Refresh } from "#/live/live";
import { Poller } from "#/live/poller";
import { Refreshes } from "#/live/Refreshes";

/**
 * A page hidden for longer lets go of its stream. Short, because a browser opens six connections
 * to a server of HTTP/1.1, for all its tabs.
 */
export const HIDDEN_MS = 10_000;
/** Pages come and go: the stream outlives the last one by so much. */
export const LINGER_MS = 5_000;
/** Changes kept while paused; beyond, what is shown is read anew. */
export const MOST_KEPT = 1_000;
/** Requests under way when the stream began are answered by then, perhaps from before it. */
export const SETTLED_MS = 1_000;

/** Where changes come from, and where they go. */
export interface Source<Data> {
  readonly open: Open<Data>;
  /** Shows the changes wherever their jobs are. */
  apply(events: readonly Data[]): Change[];
  /** Reads anew whatever is at hand; raises where it can not. */
  renew(signal: AbortSignal): Promise<void>;
}

interface Watch {
  readonly refresh: Refresh;
  readonly pace: number;
  stopPolling: (() => void) | null;
}

export class LiveStream<Data> implements Live {
  private readonly connection: Connection<Data>;
  private readonly refreshes = new Refreshes(() => this.publish());
  // Where the poll gets through again, the server is back, and perhaps the stream with it.
  private readonly poller = new Poller("reconnecting", () => {
    if (this.isPolling) this.connection.open();
  });
  private readonly watches = new Set<Watch>();
  private readonly listeners = new Set<() => void>();
  private isRunning = false;
  private isPolling = false;
  /** Hidden for so long that the stream was let go of. */
  private isResting = false;
  private isPaused = false;
  private kept: Data[] = [];
  private keptAll = true;
  private missed = 0;
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private lingering: ReturnType<typeof setTimeout> | undefined;
  private current: LiveState = "live";

  constructor(private readonly source: Source<Data>) {
    this.connection = new Connection<Data>(source.open, {
      events: (events) => this.receive(events),
      lost: () => this.lose(),
      changed: () => this.reconsiderPolling(),
    });
    this.refreshes.add(async (signal, changes) => {
      if (!changes) await source.renew(signal);
    }, 0);
    this.poller.subscribe(() => this.publish());
  }

  readonly state = (): LiveState => this.current;

  readonly waiting = (): number => this.missed;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  watch(refresh: Refresh, pace = 0): () => void {
    const watch: Watch = { refresh, pace, stopPolling: null };
    this.watches.add(watch);
    const stop = this.refreshes.add(refresh, pace);
    clearTimeout(this.lingering);
    if (!this.isRunning) this.start();
    else if (this.isPolling) watch.stopPolling = this.poller.watch(refresh, pace);
    return () => {
      stop();
      watch.stopPolling?.();
      this.watches.delete(watch);
      if (this.watches.size === 0) this.lingering = setTimeout(() => this.stop(), LINGER_MS);
    };
  }

  readonly nudge = (): void => {
    if (this.isPolling) this.poller.nudge();
    else this.refreshes.tell([], 0);
  };

  readonly setPaused = (paused: boolean): void => {
    this.isPaused = paused;
    if (!paused) {
      const { kept, keptAll } = this;
      this.kept = [];
      this.keptAll = true;
      this.missed = 0;
      if (!keptAll) this.refreshes.tell("anything", 0);
      else if (kept.length > 0) this.refreshes.tell(this.source.apply(kept), 0);
    }
    this.reconsiderPolling();
  };

  private start(): void {
    this.isRunning = true;
    document.addEventListener("visibilitychange", this.onVisibility);
    window.addEventListener("online", this.onNetwork);
    window.addEventListener("offline", this.onNetwork);
    this.isResting = document.hidden;
    this.resume();
  }

  private stop(): void {
    this.isRunning = false;
    document.removeEventListener("visibilitychange", this.onVisibility);
    window.removeEventListener("online", this.onNetwork);
    window.removeEventListener("offline", this.onNetwork);
    clearTimeout(this.hiding);
    this.suspend();
  }

  private resume(): void {
    if (this.isResting || !navigator.onLine) {
      this.suspend();
    } else {
      this.refreshes.start();
      this.connection.open();
      this.publish();
    }
  }

  private suspend(): void {
    this.connection.close();
    this.refreshes.stop();
    this.publish();
  }

  private readonly onNetwork = (): void => this.resume();

  private readonly onVisibility = (): void => {
    clearTimeout(this.hiding);
    if (document.hidden) {
      this.hiding = setTimeout(() => {
        this.isResting = true;
        this.suspend();
      }, HIDDEN_MS);
    } else if (this.isResting) {
      this.isResting = false;
      this.resume();
    }
  };

  private receive(events: readonly Data[]): void {
    if (!this.isPaused) {
      this.refreshes.tell(this.source.apply(events));
      return;
    }
    this.missed += events.length;
    if (this.kept.length + events.length > MOST_KEPT) {
      this.kept = [];
      this.keptAll = false;
    } else if (this.keptAll) this.kept.push(...events);
    this.publish(true);
  }

  private lose(): void {
    if (this.isPaused) this.keptAll = false;
    else this.refreshes.tell("anything", SETTLED_MS);
  }

  /** A poll stands in where the stream is blocked, and only there. */
  private reconsiderPolling(): void {
    const wanted = this.connection.isBlocked && !this.isPaused;
    if (wanted !== this.isPolling) {
      this.isPolling = wanted;
      if (wanted) this.refreshes.stop();
      else this.refreshes.start();
      for (const watch of this.watches) {
        watch.stopPolling?.();
        watch.stopPolling = wanted ? this.poller.watch(watch.refresh, watch.pace) : null;
      }
      if (wanted) this.poller.nudge();
    }
    this.publish();
  }

  private describe(): LiveState {
    if (!navigator.onLine) return "offline";
    if (this.isPaused || this.isResting) return "paused";
    if (this.isPolling) return this.poller.state();
    const failing = this.connection.health === "failing" || this.refreshes.isFailing;
    return failing ? "reconnecting" : "live";
  }

  private publish(changed = false): void {
    const state = this.describe();
    if (state === this.current && !changed) return;
    this.current = state;
    for (const listener of this.listeners) listener();
  }
}
