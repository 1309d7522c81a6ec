import { MantineProvider } from "@mantine/core";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { Dropdown, MenuItem } from "#/ui/Dropdown";

function show(run: (what: string) => void, onClose = () => {}) {
  render(
    <MantineProvider>
      <Dropdown
        role="menu"
        label="Fruit"
        onClose={onClose}
        button={(props) => (
          <button type="button" {...props}>
            Choose
          </button>
        )}
      >
        {(close) =>
          ["Apple", "Pear", "Quince"].map((fruit) => (
            <MenuItem
              key={fruit}
              onClick={() => {
                close();
                run(fruit);
              }}
            >
              {fruit}
            </MenuItem>
          ))
        }
      </Dropdown>
    </MantineProvider>,
  );
  return screen.getByRole("button", { name: "Choose" });
}

describe("Dropdown", () => {
  it("opens on its button, tells so, and gives the first item the focus", async () => {
    const button = show(() => {});
    expect(button).toHaveAttribute("aria-haspopup", "menu");
    expect(button).toHaveAttribute("aria-expanded", "false");
    expect(screen.queryByRole("menuitem")).toBeNull();
    await userEvent.click(button);
    expect(await screen.findByRole("menuitem", { name: "Apple" })).toHaveFocus();
    expect(button).toHaveAttribute("aria-expanded", "true");
  });

  it("moves by arrow keys, round and round, and to both ends", async () => {
    await userEvent.click(show(() => {}));
    await screen.findByRole("menuitem", { name: "Apple" });
    const steps = [
      ["{ArrowDown}", "Pear"],
      ["{End}", "Quince"],
      ["{ArrowDown}", "Apple"],
      ["{ArrowUp}", "Quince"],
      ["{Home}", "Apple"],
    ] as const;
    for (const [key, fruit] of steps) {
      await userEvent.keyboard(key);
      expect(screen.getByRole("menuitem", { name: fruit })).toHaveFocus();
    }
  });

  it("closes when something was chosen, and says so", async () => {
    const run = vi.fn();
    const onClose = vi.fn();
    const button = show(run, onClose);
    await userEvent.click(button);
    await userEvent.click(await screen.findByRole("menuitem", { name: "Pear" }));
    expect(run).toHaveBeenCalledExactlyOnceWith("Pear");
    await waitFor(() => expect(button).toHaveAttribute("aria-expanded", "false"));
    expect(onClose).toHaveBeenCalledTimes(1);
    expect(screen.queryByRole("menuitem")).toBeNull();
  });
});
