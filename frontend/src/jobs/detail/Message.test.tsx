import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { Message } from "#/jobs/detail/Message";

const lines = (count: number) =>
  Array.from({ length: count }, (_, line) => `line ${line}`).join("\n");
const show = (text: string) => render(<Message text={text} />, { wrapper: MantineProvider });
const written = () => document.querySelector("pre");

it("shows a short message whole, line breaks and all", () => {
  show("exit code 1\nout of memory");
  expect(written()?.textContent).toBe("exit code 1\nout of memory");
  expect(written()).not.toHaveAttribute("data-folded");
  expect(screen.getAllByRole("button")).toHaveLength(1);
});

it("folds a message of many lines, and unfolds it on request", async () => {
  show(lines(9));
  expect(written()).toHaveAttribute("data-folded");
  const fold = screen.getByRole("button", { name: "Show all 9 lines", expanded: false });
  await userEvent.click(fold);
  expect(written()).not.toHaveAttribute("data-folded");
  expect(screen.getByRole("button", { name: "Show less", expanded: true })).toBe(fold);
});

it("folds one endless line as well", () => {
  show("x".repeat(901));
  expect(screen.getByRole("button", { name: "Show all" })).toBeInTheDocument();
});

it("is never taken for markup", () => {
  show("<b>bold</b>");
  expect(written()?.innerHTML).toBe("&lt;b&gt;bold&lt;/b&gt;");
});

it("copies the whole message, folded or not", async () => {
  const user = userEvent.setup();
  show(lines(40));
  await user.click(screen.getByRole("button", { name: "Copy message" }));
  expect(await navigator.clipboard.readText()).toBe(lines(40));
});
