import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Announcer } from "#/ui/announcer";
import { Copyable } from "#/ui/Copyable";

it("copies the value and says so", async () => {
  const user = userEvent.setup();
  render([<Announcer key="a" />, <Copyable key="c" value="nightly sync" what="name" />], {
    wrapper: MantineProvider,
  });
  await user.click(screen.getByRole("button", { name: "Copy name" }));
  expect(await navigator.clipboard.readText()).toBe("nightly sync");
  expect(screen.getByRole("status")).toHaveTextContent("Copied name");
  expect(screen.getByRole("button", { name: "Copy name" })).toHaveAttribute("title", "Copied");
});

it("selects the text where the browser withholds the clipboard", async () => {
  const user = userEvent.setup();
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new DOMException("denied"));
  render([<Announcer key="a" />, <Copyable key="c" value="nightly sync" what="name" />], {
    wrapper: MantineProvider,
  });
  await user.click(screen.getByRole("button", { name: "Copy name" }));
  expect(window.getSelection()?.toString()).toBe("nightly sync");
  expect(screen.getByRole("status")).toHaveTextContent("Selected: press Ctrl+C to copy");
});
