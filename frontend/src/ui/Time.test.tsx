import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Duration } from "#/ui/Duration";
import { Time } from "#/ui/Time";
import { timeStyle, timeZone } from "#/ui/timePreferences";

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0);
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  timeZone.set("utc");
});

afterEach(() => {
  timeZone.set("local");
  timeStyle.set("relative");
  vi.useRealTimers();
});

const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

describe("Time", () => {
  it("counts from now, with the date on hover and for machines", () => {
    render(<Time value={ago(58)} />);
    const time = screen.getByText("58 s ago");
    expect(time).toHaveAttribute("title", "24 Nov 2026, 11:59:02 UTC");
    expect(time).toHaveAttribute("datetime", "2026-11-24T11:59:02.000Z");
  });

  it("goes on counting", () => {
    render(<Time value={ago(58)} />);
    pass(2000);
    expect(screen.getByText("1 min ago")).toBeInTheDocument();
  });

  it("follows the reader's choice of style", () => {
    render(<Time value={ago(58)} />);
    act(() => timeStyle.set("absolute"));
    expect(screen.getByText("24 Nov 2026, 11:59:02 UTC")).toBeInTheDocument();
  });

  it("stands still while the tab is hidden, and is right at once when it is seen again", () => {
    const hidden = vi.spyOn(document, "hidden", "get");
    render(<Time value={ago(10)} />);
    hidden.mockReturnValue(true);
    act(() => document.dispatchEvent(new Event("visibilitychange")));
    pass(30_000);
    expect(screen.getByText("10 s ago")).toBeInTheDocument();
    expect(vi.getTimerCount()).toBe(0);

    hidden.mockReturnValue(false);
    act(() => document.dispatchEvent(new Event("visibilitychange")));
    expect(screen.getByText("40 s ago")).toBeInTheDocument();
  });

  it("shares one timer, and leaves none behind", () => {
    const started = vi.spyOn(globalThis, "setInterval");
    const stopped = vi.spyOn(globalThis, "clearInterval");
    const { unmount } = render(
      <>
        <Time value={ago(1)} />
        <Time value={ago(2)} />
        <Duration from={ago(3)} />
      </>,
    );
    expect(started).toHaveBeenCalledTimes(1);
    expect(stopped).not.toHaveBeenCalled();
    unmount();
    expect(started).toHaveBeenCalledTimes(1);
    expect(stopped).toHaveBeenCalledExactlyOnceWith(started.mock.results[0]?.value);
  });
});

describe("Duration", () => {
  it("ticks while there is no end", () => {
    render(<Duration from={ago(59)} />);
    expect(screen.getByText("59 s")).toBeInTheDocument();
    pass(3000);
    expect(screen.getByText("1 min 2 s")).toBeInTheDocument();
  });

  it("stands still once there is one", () => {
    render(<Duration from={ago(59)} to={ago(50)} />);
    pass(3000);
    expect(screen.getByText("9 s")).toBeInTheDocument();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("never runs backwards where this clock is behind the server's", () => {
    render(<Duration from={ago(-5)} />);
    expect(screen.getByText("0 s")).toBeInTheDocument();
  });
});
