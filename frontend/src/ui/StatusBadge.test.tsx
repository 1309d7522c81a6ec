import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { JobState } from "#/ui/JobState";
import { StatusBadge } from "#/ui/StatusBadge";

const words: [JobState, string][] = [
  ["PENDING", "Pending"],
  ["RUNNING", "Running"],
  ["COMPLETED", "Completed"],
  ["FAILED", "Failed"],
  ["CANCELLED", "Cancelled"],
];

describe("StatusBadge", () => {
  it.each(words)("says %s by word, icon and colour", (state, word) => {
    render(<StatusBadge state={state} />);
    const badge = screen.getByText(word);
    expect(badge.querySelector("svg")).toHaveAttribute("aria-hidden", "true");
    expect(badge.style.color).toBe(`var(--state-${word.toLowerCase()})`);
  });

  it("gives every state an icon of its own", () => {
    const { container } = render(words.map(([state]) => <StatusBadge key={state} state={state} />));
    const drawings = [...container.querySelectorAll("svg")].map((svg) => svg.innerHTML);
    expect(new Set(drawings).size).toBe(5);
  });
});
