/** Runs what pages asked for when there is news: together, not too often, never twice at once. */
import type { Change, Refresh } from "#/live/live";

/** News that comes in within this time is dealt with together. */
export const TOGETHER_MS = 100;
/** No refresh runs more often than this. */
export const SHORTEST_PACE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** More changes than this say no more than that anything may have changed. */
export const MOST_CHANGES = 1_000;

interface Watcher {
  readonly refresh: Refresh;
  readonly pace: number;
  /** News it was not told yet; null: none. */
  news: Change[] | "anything" | null;
  timer: ReturnType<typeof setTimeout> | undefined;
  runsAt: number;
  run: AbortController | null;
  ranAt: number;
  failures: number;
}

export class Refreshes {
  private readonly watchers = new Set<Watcher>();
  private stopped = false;

  /** `onOutcome` is called whenever a run ended. */
  constructor(private readonly onOutcome: () => void) {}

  get isFailing(): boolean {
    return [...this.watchers].some(({ failures }) => failures > 0);
  }

  add(refresh: Refresh, pace: number): () => void {
    const watcher: Watcher = {
      refresh,
      pace: Math.max(pace, SHORTEST_PACE_MS),
      news: null,
      timer: undefined,
      runsAt: Number.POSITIVE_INFINITY,
      run: null,
      ranAt: pace > 0 ? Date.now() : Number.NEGATIVE_INFINITY,
      failures: 0,
    };
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
      clearTimeout(watcher.timer);
      watcher.run?.abort();
    };
  }

  /** Something happened; soon, where nobody should wait for more to come. */
  tell(news: readonly Change[] | "anything", delay = TOGETHER_MS): void {
    for (const watcher of this.watchers) {
      watcher.news = joined(watcher.news, news);
      this.schedule(watcher, delay);
    }
  }

  /** Calls off what is under way; what was to be told is kept. */
  stop(): void {
    this.stopped = true;
    for (const watcher of this.watchers) {
      clearTimeout(watcher.timer);
      watcher.runsAt = Number.POSITIVE_INFINITY;
      if (watcher.run) watcher.news = "anything";
      watcher.run?.abort();
      watcher.run = null;
    }
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    for (const watcher of this.watchers) if (watcher.news) this.schedule(watcher, 0);
  }

  private schedule(watcher: Watcher, delay: number): void {
    if (this.stopped || watcher.run) return;
    const due = watcher.ranAt + Math.max(watcher.pace, this.pauseAfter(watcher.failures));
    const now = Date.now();
    const runsAt = Math.max(now + delay, due);
    // More news does not put it off.
    if (runsAt >= watcher.runsAt) return;
    clearTimeout(watcher.timer);
    watcher.runsAt = runsAt;
    watcher.timer = setTimeout(() => void this.run(watcher), runsAt - now);
  }

  private pauseAfter(failures: number): number {
    return failures === 0 ? 0 : Math.min(SHORTEST_PACE_MS * 2 ** failures, LONGEST_PAUSE_MS);
  }

  private async run(watcher: Watcher): Promise<void> {
    const { news, refresh } = watcher;
    watcher.runsAt = Number.POSITIVE_INFINITY;
    if (news === null) return;
    const run = new AbortController();
    watcher.run = run;
    watcher.news = null;
    watcher.ranAt = Date.now();
    try {
      await refresh(run.signal, news === "anything" ? undefined : news);
      if (watcher.run !== run) return;
      watcher.failures = 0;
    } catch {
      if (watcher.run !== run) return;
      watcher.failures += 1;
      watcher.news = joined(watcher.news, news);
    }
    watcher.run = null;
    if (watcher.news) this.schedule(watcher, TOGETHER_MS);
    this.onOutcome();
  }
}

function joined(known: Watcher["news"], news: readonly Change[] | "anything"): Watcher["news"] {
  if (known === "anything" || news === "anything") return "anything";
  const all = [...(known ?? []), ...news];
  return all.length > MOST_CHANGES ? "anything" : all;
}
