import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import { DisplaySettings } from "#/ui/DisplaySettings";
import { Time } from "#/ui/Time";
import { timeStyle, timeZone } from "#/ui/timePreferences";

afterEach(() => {
  timeZone.set("local");
  timeStyle.set("relative");
});

function open() {
  render(
    <MantineProvider defaultColorScheme="auto">
      <DisplaySettings />
      <Time value="2026-11-24T12:00:00Z" />
    </MantineProvider>,
  );
}

const scheme = () => document.documentElement.getAttribute("data-mantine-color-scheme");
const choose = (name: string) => userEvent.click(screen.getByRole("radio", { name }));

it("follows the system until light or dark was chosen, and again on request", async () => {
  open();
  expect(screen.getByRole("radio", { name: "System" })).toBeChecked();
  expect(scheme()).toBe("light");
  await choose("Dark");
  expect(scheme()).toBe("dark");
  await choose("System");
  expect(scheme()).toBe("light");
});

it("tells every time on the page anew, in UTC and as a date", async () => {
  open();
  await choose("UTC");
  await choose("Date and time");
  expect(screen.getByText("24 Nov 2026, 12:00:00 UTC")).toBeInTheDocument();
  expect(timeZone.get()).toBe("utc");
});
