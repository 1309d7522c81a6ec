/** A stream whose server is the test: it opens, speaks and breaks when told. */
import type { Heard } from "#/relay/eventStream";
import { type FailureCode, RequestFailure } from "#/relay/transport";

interface Opening<Data> {
  readonly after: string | null;
  readonly signal: AbortSignal;
  readonly agree: () => void;
  readonly refuse: (error: Error) => void;
  readonly pieces: (Heard<Data> | Error | "end")[];
  wake: () => void;
}

export class FakeStream<Data> {
  /** Every attempt to open, in order. */
  readonly openings: Opening<Data>[] = [];

  readonly open = (after: string | null, signal: AbortSignal) =>
    new Promise<AsyncIterable<Heard<Data>>>((resolve, reject) => {
      const opening: Opening<Data> = {
        after,
        signal,
        agree: () => resolve(spoken(opening)),
        refuse: reject,
        pieces: [],
        wake: () => {},
      };
      this.openings.push(opening);
    });

  get latest(): Opening<Data> {
    const latest = this.openings.at(-1);
    if (!latest) throw new Error("Nobody opened the stream.");
    return latest;
  }

  /** Agrees, and gives the first sign of life. */
  begin(cursor: string | null = null): void {
    this.latest.agree();
    this.say([], cursor);
  }

  say(events: readonly Data[], cursor: string | null): void {
    this.push({ events, cursor });
  }

  end(): void {
    this.push("end");
  }

  /** Breaks the stream, or refuses to open it. */
  fail(code: FailureCode = "NETWORK"): void {
    const error = new RequestFailure(code, "");
    this.latest.refuse(error);
    this.push(error);
  }

  private push(piece: Heard<Data> | Error | "end"): void {
    this.latest.pieces.push(piece);
    this.latest.wake();
  }
}

async function* spoken<Data>(opening: Opening<Data>): AsyncGenerator<Heard<Data>, void> {
  while (true) {
    const piece = opening.pieces.shift();
    if (piece === "end") return;
    if (piece instanceof Error) throw piece;
    if (piece) yield piece;
    else {
      await new Promise<void>((resolve) => {
        opening.wake = resolve;
      });
    }
  }
}
