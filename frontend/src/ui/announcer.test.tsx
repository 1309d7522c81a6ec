import { MantineProvider } from "@mantine/core";
import { act, render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Announcer, announce } from "#/ui/announcer";

it("says what changed in a polite live region that was there before", () => {
  render(<Announcer />, { wrapper: MantineProvider });
  const region = screen.getByRole("status");
  expect(region).toHaveAttribute("aria-live", "polite");
  act(() => announce("Now Failed, set by ada"));
  expect(region).toHaveTextContent("Now Failed, set by ada");
});

it("says the same words twice when they are announced twice", () => {
  render(<Announcer />, { wrapper: MantineProvider });
  act(() => announce("Copied id"));
  const first = screen.getByRole("status").textContent;
  act(() => announce("Copied id"));
  expect(screen.getByRole("status").textContent).not.toBe(first);
  expect(screen.getByRole("status")).toHaveTextContent("Copied id");
});
