import { MantineProvider } from "@mantine/core";
import { act, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { RelayEnvironmentProvider } from "react-relay";
import { createMockEnvironment } from "relay-test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ActivityPanel } from "#/jobs/charts/ActivityPanel";
import type { Live, Refresh } from "#/live/live";
import { LiveContext } from "#/live/useLive";
import { RequestFailure } from "#/relay/transport";
import { timeZone } from "#/ui/timePreferences";

configure({ asyncUtilTimeout: 10_000 });

const NOW = Date.parse("2026-11-24T12:34:56Z");
const RANGE = { from: "2026-11-20T00:00:00.000Z", to: "2026-11-20T04:00:00.000Z" };
const STATES = ["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"];

/** Four hours of one range: [completed, failed, cancelled] of each. */
function answerOf(hours: [number, number, number][]) {
  const first = Date.parse(RANGE.from);
  return {
    data: {
      jobActivity: hours.map((counts, index) => ({
        from: new Date(first + index * 3_600_000).toISOString(),
        to: new Date(first + (index + 1) * 3_600_000).toISOString(),
        entered: STATES.map((state, at) => ({ state, count: at < 2 ? 99 : (counts[at - 2] ?? 0) })),
      })),
      lifecycle: STATES.map((state, at) => ({ state, isFinished: at >= 2 })),
    },
  };
}

const HOURS: [number, number, number][] = [
  [1200, 3, 0],
  [0, 0, 0],
  [10, 0, 2],
  [1, 1, 1],
];

let refreshes: Refresh[] = [];
let pace = 0;
const live: Live = {
  watch(refresh, atMostEvery = 0) {
    refreshes.push(refresh);
    pace = atMostEvery;
    return () => {
      refreshes = refreshes.filter((other) => other !== refresh);
    };
  },
  nudge() {},
  setPaused() {},
  waiting: () => 0,
  state: () => "live",
  subscribe: () => () => {},
};

function open(range: { from?: string; to?: string } = RANGE) {
  vi.stubGlobal("jest", vi); // relay-test-utils looks for it
  const environment = createMockEnvironment();
  const onSelect = vi.fn();
  const panel = (shown: typeof range) => (
    <MantineProvider env="test">
      <LiveContext value={live}>
        <RelayEnvironmentProvider environment={environment}>
          <ActivityPanel {...shown} onSelect={onSelect} />
        </RelayEnvironmentProvider>
      </LiveContext>
    </MantineProvider>
  );
  const { rerender } = render(panel(range));
  return {
    environment,
    onSelect,
    show: (next: typeof range) => rerender(panel(next)),
    answer: (hours = HOURS) =>
      act(async () => environment.mock.resolveMostRecentOperation(answerOf(hours))),
    asked: () => environment.mock.getMostRecentOperation().request.variables,
  };
}

const totals = () =>
  within(screen.getByRole("list", { name: "Totals" }))
    .getAllByRole("listitem")
    .map((item) => item.textContent);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  timeZone.set("utc");
  // jsdom lays nothing out; charts draw nothing without a size.
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue(new DOMRect(0, 0, 448, 120));
});

afterEach(async () => {
  // The panel remembers; the next test is another reader.
  const chart = screen.queryByRole("radio", { name: "Chart" });
  if (chart) await userEvent.click(chart);
  timeZone.set("local");
  vi.useRealTimers();
});

describe("ActivityPanel", { timeout: 30_000 }, () => {
  it("asks for the last seven days where nothing else is wanted", () => {
    expect(open({}).asked()).toEqual({
      from: "2026-11-17T12:00:00.000Z",
      to: "2026-11-24T15:00:00.000Z",
      buckets: 57,
    });
  });

  it("asks for another period on request", async () => {
    const { answer, asked } = open({});
    await answer();
    await userEvent.click(screen.getByRole("radio", { name: "24 h" }));
    await waitFor(() => expect(asked().buckets).toBe(49));
    await userEvent.click(screen.getByRole("radio", { name: "7 d" }));
  });

  it("asks for the range that the list shows, and offers no period then", () => {
    expect(open().asked()).toEqual({ ...RANGE, buckets: 48 });
    expect(screen.queryByRole("radio", { name: "7 d" })).not.toBeInTheDocument();
  });

  it("adds up the states that end a job", async () => {
    const { answer } = open();
    await answer();
    expect(totals()).toEqual(["Completed1,211", "Failed4", "Cancelled3"]);
  });

  it("says in words what the drawing shows", async () => {
    const { answer } = open();
    await answer();
    expect(
      screen.getByRole("img", {
        name: "Jobs that ended, 20 Nov, 00:00 to 04:00: 1,211 completed, 4 failed, 3 cancelled. The table has every number.",
      }),
    ).toBeInTheDocument();
  });

  it("draws a part for each state there was, each with a pattern of its own", async () => {
    const { answer } = open();
    await answer();
    const parts = [...screen.getByRole("img").querySelectorAll(".recharts-rectangle[fill]")];
    const fills = parts.map((part) => part.getAttribute("fill")).filter((fill) => fill !== "");
    expect(fills).toEqual([
      "url(#bar-COMPLETED)",
      "url(#bar-COMPLETED)",
      "url(#bar-COMPLETED)",
      "url(#bar-FAILED)",
      "url(#bar-FAILED)",
      "url(#bar-CANCELLED)",
      "url(#bar-CANCELLED)",
    ]);
    for (const fill of new Set(fills)) {
      expect(document.querySelector(`pattern${fill?.slice(4, -1)}`)).toBeInTheDocument();
    }
  });

  it("has every number in a table, each time of which leads to its jobs", async () => {
    const { answer, onSelect } = open();
    await answer();
    await userEvent.click(screen.getByRole("radio", { name: "Table" }));
    const rows = screen.getAllByRole("row").map((row) => row.textContent);
    expect(rows).toEqual([
      "TimeCompletedFailedCancelled",
      "20 Nov, 00:00 to 01:001,20030",
      "20 Nov, 02:00 to 03:001002",
      "20 Nov, 03:00 to 04:00111",
    ]);
    await userEvent.click(screen.getByRole("button", { name: "20 Nov, 02:00 to 03:00" }));
    expect(onSelect).toHaveBeenCalledExactlyOnceWith({
      from: "2026-11-20T02:00:00.000Z",
      to: "2026-11-20T03:00:00.000Z",
    });
  });

  it("tells no jobs from no answer", async () => {
    const { answer } = open();
    await answer([[0, 0, 0]]);
    expect(screen.getByText("No job ended in this time.")).toBeInTheDocument();
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });

  it("says that it could not be loaded, and tries again", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { answer, environment } = open();
    act(() =>
      environment.mock.rejectMostRecentOperation(new RequestFailure("NETWORK", "Out of reach.")),
    );
    expect(await screen.findByRole("alert")).toHaveTextContent("The activity could not be loaded.");
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await answer();
    expect(totals()).toEqual(["Completed1,211", "Failed4", "Cancelled3"]);
  });

  it("stays current, without asking at every beat", async () => {
    const { answer, environment } = open();
    await answer();
    expect(pace).toBe(15_000);
    await act(async () => void refreshes[0]?.(new AbortController().signal));
    expect(environment.mock.getAllOperations()).toHaveLength(1);
    await answer([[7, 0, 0]]);
    expect(totals()).toEqual(["Completed7", "Failed0", "Cancelled0"]);
  });
});

describe("dragging", { timeout: 30_000 }, () => {
  /** The bars stand 44 pixels from the left and 4 from the right: 100 pixels for each of four. */
  const x = (bar: number) => 44 + bar * 100 + 50;

  async function chart() {
    const opened = open();
    await opened.answer();
    const drawing = screen.getByRole("img");
    return { ...opened, drawing };
  }

  it("over bars chooses their time, in either direction", async () => {
    const { drawing, onSelect } = await chart();
    const range = { from: "2026-11-20T01:00:00.000Z", to: "2026-11-20T04:00:00.000Z" };
    for (const [down, up] of [
      [1, 3],
      [3, 1],
    ] as const) {
      fireEvent.pointerDown(drawing, { button: 0, clientX: x(down), pointerType: "mouse" });
      fireEvent.pointerMove(drawing, { clientX: x(2), pointerType: "mouse" });
      fireEvent.pointerUp(drawing, { clientX: x(up), pointerType: "mouse" });
      expect(onSelect).toHaveBeenLastCalledWith(range);
    }
    expect(onSelect).toHaveBeenCalledTimes(2);
  });

  it("beyond the drawing chooses up to its last bar", async () => {
    const { drawing, onSelect } = await chart();
    fireEvent.pointerDown(drawing, { button: 0, clientX: x(2), pointerType: "mouse" });
    fireEvent.pointerUp(drawing, { clientX: 4000, pointerType: "mouse" });
    expect(onSelect).toHaveBeenCalledExactlyOnceWith({
      from: "2026-11-20T02:00:00.000Z",
      to: "2026-11-20T04:00:00.000Z",
    });
  });

  it("shows what would be chosen, and lets go of it on Escape", async () => {
    const { drawing, onSelect } = await chart();
    fireEvent.pointerDown(drawing, { button: 0, clientX: x(0), pointerType: "mouse" });
    fireEvent.pointerMove(drawing, { clientX: x(1), pointerType: "mouse" });
    const selection = drawing.lastElementChild as HTMLElement;
    expect(selection.style.width).toBe("calc(0.5 * (100% - 48px))");
    await userEvent.keyboard("{Escape}");
    fireEvent.pointerUp(drawing, { clientX: x(1), pointerType: "mouse" });
    expect(onSelect).not.toHaveBeenCalled();
  });

  it("takes a click for one bar, but a tap for nothing, and ignores other buttons", async () => {
    const { drawing, onSelect } = await chart();
    fireEvent.pointerDown(drawing, { button: 0, clientX: x(1), pointerType: "touch" });
    fireEvent.pointerUp(drawing, { clientX: x(1) + 3, pointerType: "touch" });
    fireEvent.pointerDown(drawing, { button: 2, clientX: x(1), pointerType: "mouse" });
    fireEvent.pointerUp(drawing, { clientX: x(1), pointerType: "mouse" });
    expect(onSelect).not.toHaveBeenCalled();
    fireEvent.pointerDown(drawing, { button: 0, clientX: x(1), pointerType: "mouse" });
    fireEvent.pointerUp(drawing, { clientX: x(1), pointerType: "mouse" });
    expect(onSelect).toHaveBeenCalledExactlyOnceWith({
      from: "2026-11-20T01:00:00.000Z",
      to: "2026-11-20T02:00:00.000Z",
    });
  });
});
