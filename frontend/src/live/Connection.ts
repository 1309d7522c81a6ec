/**
 * Keeps one stream open: resumes after the last event, backs off while it fails, notices when a
 * connection is dead that nobody closed.
 */
import type { Heard } from "#/relay/eventStream";
import { asFailure, RequestFailure } from "#/relay/transport";

/** A proxy that lets nothing through by then will not let anything through later. */
export const FIRST_BYTE_MS = 8_000;
/** The server gives a sign of life every 15 seconds. */
export const LONGEST_SILENCE_MS = 40_000;
export const FIRST_PAUSE_MS = 1_000;
export const LONGEST_PAUSE_MS = 60_000;
/** Clients that lost the same server come back spread over this share of their pause. */
const JITTER = 0.5;
/** Once open for so long, a stream that breaks begins with the shortest pause again. */
export const STEADY_MS = 5_000;
/** More events than this within REPLAY_MS of resuming: reading anew costs less than replaying. */
export const MOST_REPLAYED = 1_000;
export const REPLAY_MS = 5_000;
/** From this many failures in a row on, one should not wait for the stream. */
export const FAILURES_UNTIL_POLL = 3;
const TICK_MS = 5_000;
/** Ticks further apart than this: the machine slept, and its connections are gone. */
export const SLEPT_MS = 20_000;

/** Opens the stream after a cursor, or from now on; raises RequestFailure. */
export type Open<Data> = (
  after: string | null,
  signal: AbortSignal,
) => Promise<AsyncIterable<Heard<Data>>>;

export interface ConnectionEvents<Data> {
  events(events: readonly Data[]): void;
  /** The stream goes on from now: anything may have changed before. */
  lost(): void;
  /** `health` or `isBlocked` is another. */
  changed(): void;
}

export type Health = "closed" | "opening" | "open" | "failing";

export class Connection<Data> {
  private cursor: string | null = null;
  private run: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private tickedAt = 0;
  private heardAt = 0;
  private openedAt: number | null = null;
  private failures = 0;
  private currentHealth: Health = "closed";
  private blocked = false;

  constructor(
    private readonly openStream: Open<Data>,
    private readonly on: ConnectionEvents<Data>,
  ) {}

  get health(): Health {
    return this.currentHealth;
  }

  /** Whether something else should stand in until the stream is open again. */
  get isBlocked(): boolean {
    return this.blocked;
  }

  /** Opens, or opens anew without waiting; goes on where it left off. */
  open(): void {
    if (this.ticking === undefined) {
      this.tickedAt = Date.now();
      this.ticking = setInterval(() => this.tick(), TICK_MS);
    }
    void this.attempt();
  }

  /** Closes. What was missed comes when it is opened again. */
  close(): void {
    clearInterval(this.ticking);
    this.ticking = undefined;
    this.end();
    this.failures = 0;
    this.become("closed", false);
  }

  private end(): void {
    clearTimeout(this.timer);
    this.run?.abort();
    this.run = null;
    this.openedAt = null;
  }

  private async attempt(): Promise<void> {
    this.end();
    const run = new AbortController();
    this.run = run;
    const after = this.cursor;
    if (this.currentHealth !== "failing") this.become("opening", this.blocked);
    this.timer = setTimeout(
      () => this.fail(new RequestFailure("NETWORK", ""), true),
      FIRST_BYTE_MS,
    );
    let replayed = 0;
    try {
      for await (const { events, cursor } of await this.openStream(after, run.signal)) {
        if (this.run !== run) return;
        const now = Date.now();
        this.heardAt = now;
        if (this.openedAt === null) {
          this.openedAt = now;
          clearTimeout(this.timer);
          this.become("open", false);
          if (after === null) this.on.lost();
        }
        if (after !== null && now - this.openedAt < REPLAY_MS) replayed += events.length;
        if (replayed > MOST_REPLAYED) {
          this.cursor = null;
          void this.attempt();
          return;
        }
        if (events.length > 0) this.on.events(events);
        this.cursor = cursor ?? this.cursor;
      }
      if (this.run === run) this.fail(new RequestFailure("NETWORK", "The stream ended."));
    } catch (error) {
      if (this.run === run) this.fail(asFailure(error));
    }
  }

  private fail({ code }: RequestFailure, silent = false): void {
    const steady = this.openedAt !== null && Date.now() - this.openedAt >= STEADY_MS;
    this.end();
    const isUnknown = code === "INVALID_CURSOR" && this.cursor !== null;
    if (isUnknown) this.cursor = null;
    // A token lapses, as it does, and is renewed on the way.
    if (isUnknown || (code === "UNAUTHENTICATED" && steady)) {
      void this.attempt();
      return;
    }
    this.failures = steady ? 1 : this.failures + 1;
    const blocked =
      silent || code === "RATE_LIMITED" || this.blocked || this.failures >= FAILURES_UNTIL_POLL;
    this.timer = setTimeout(() => void this.attempt(), this.pause());
    this.become("failing", blocked);
  }

  private pause(): number {
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.failures - 1), LONGEST_PAUSE_MS);
    return pause * (1 - JITTER * Math.random());
  }

  private tick(): void {
    const now = Date.now();
    const slept = now - this.tickedAt > SLEPT_MS;
    this.tickedAt = now;
    if (slept) void this.attempt();
    else if (this.openedAt !== null && now - this.heardAt > LONGEST_SILENCE_MS) {
      this.fail(new RequestFailure("NETWORK", "The stream went silent."));
    }
  }

  private become(health: Health, blocked: boolean): void {
    if (health === this.currentHealth && blocked === this.blocked) return;
    this.currentHealth = health;
    this.blocked = blocked;
    this.on.changed();
  }
}
