/** Stands in for live updates until their code is there: the first page does not wait for it. */
import type { Live, LiveState, Refresh } from "#/live/live";

/** Code that could not be loaded is asked for again after this time. */
const AGAIN_MS = 10_000;

interface Watch {
  readonly refresh: Refresh;
  readonly pace: number;
  stop: (() => void) | null;
}

export class LateLive implements Live {
  private live: Live | null = null;
  private readonly watches = new Set<Watch>();
  private readonly listeners = new Set<() => void>();
  private isNudged = false;
  private isPaused = false;
  private isMissing = false;

  constructor(private readonly load: () => Promise<Live>) {
    void this.arrive();
  }

  readonly state = (): LiveState => {
    if (this.live) return this.live.state();
    if (this.isPaused) return "paused";
    return this.isMissing ? "reconnecting" : "live";
  };

  readonly waiting = (): number => this.live?.waiting() ?? 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  watch(refresh: Refresh, pace = 0): () => void {
    const watch: Watch = { refresh, pace, stop: this.live?.watch(refresh, pace) ?? null };
    this.watches.add(watch);
    return () => {
      watch.stop?.();
      this.watches.delete(watch);
    };
  }

  readonly nudge = (): void => {
    if (this.live) this.live.nudge();
    else this.isNudged = true;
  };

  readonly setPaused = (paused: boolean): void => {
    this.isPaused = paused;
    this.live?.setPaused(paused);
    this.publish();
  };

  private async arrive(): Promise<void> {
    try {
      const live = await this.load();
      this.live = live;
      if (this.isPaused) live.setPaused(true);
      for (const watch of this.watches) watch.stop = live.watch(watch.refresh, watch.pace);
      if (this.isNudged) live.nudge();
      live.subscribe(() => this.publish());
    } catch {
      this.isMissing = true;
      setTimeout(() => void this.arrive(), AGAIN_MS);
    }
    this.publish();
  }

  private publish(): void {
    for (const listener of this.listeners) listener();
  }
}
