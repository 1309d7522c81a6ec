import { MantineProvider } from "@mantine/core";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Command, singleKeys, useCommand } from "#/ui/commands";
import { KeyboardLayer } from "#/ui/KeyboardLayer";

function Offer({ command }: { command: Command | null }) {
  useCommand(command);
  return null;
}

function command(given: Partial<Command> = {}): Command {
  return { id: "new", label: "New job", group: "Jobs", keys: "n", run: vi.fn(), ...given };
}

afterEach(() => singleKeys.set("on"));

describe("shortcuts", () => {
  it("run their command, and what the key would have done is prevented", async () => {
    const offered = command();
    const seen = vi.fn((event: KeyboardEvent) => event.defaultPrevented);
    render(<Offer command={offered} />);
    document.addEventListener("keydown", seen);
    await userEvent.keyboard("n");
    document.removeEventListener("keydown", seen);
    expect(offered.run).toHaveBeenCalledExactlyOnceWith("");
    expect(seen).toHaveReturnedWith(true);
  });

  it("are silent while one types", async () => {
    const offered = command();
    render(
      <>
        <Offer command={offered} />
        <input aria-label="Name" />
      </>,
    );
    await userEvent.type(screen.getByLabelText("Name"), "nnn");
    expect(offered.run).not.toHaveBeenCalled();
    expect(screen.getByLabelText("Name")).toHaveValue("nnn");
  });

  it("are silent under a dialog", async () => {
    const offered = command();
    render(
      <>
        <Offer command={offered} />
        <div aria-modal="true" role="dialog" />
      </>,
    );
    await userEvent.keyboard("n");
    expect(offered.run).not.toHaveBeenCalled();
  });

  it.each(["{Shift>}n{/Shift}", "{Control>}n{/Control}", "{Alt>}n{/Alt}", "{Meta>}n{/Meta}"])(
    "are not %s",
    async (keys) => {
      const offered = command();
      render(<Offer command={offered} />);
      await userEvent.keyboard(keys);
      expect(offered.run).not.toHaveBeenCalled();
    },
  );

  it("with Ctrl or Command work even while one types", async () => {
    const offered = command({ keys: "mod+k" });
    render(
      <>
        <Offer command={offered} />
        <input aria-label="Name" />
      </>,
    );
    await userEvent.type(screen.getByLabelText("Name"), "{Control>}k{/Control}{Meta>}k{/Meta}k");
    expect(offered.run).toHaveBeenCalledTimes(2);
  });

  it("belong to whoever asked last, until it leaves", async () => {
    const outer = command({ id: "outer" });
    const inner = command({ id: "inner" });
    const { rerender } = render([
      <Offer command={outer} key="outer" />,
      <Offer command={inner} key="inner" />,
    ]);
    await userEvent.keyboard("n");
    rerender([<Offer command={outer} key="outer" />]);
    await userEvent.keyboard("n");
    expect(inner.run).toHaveBeenCalledTimes(1);
    expect(outer.run).toHaveBeenCalledTimes(1);
  });

  it("run what the component means now, not what it meant at first", async () => {
    const first = vi.fn();
    const second = vi.fn();
    const { rerender } = render(<Offer command={command({ run: first })} />);
    rerender(<Offer command={command({ run: second })} />);
    await userEvent.keyboard("n");
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledTimes(1);
  });

  it("of a single key can be turned off", async () => {
    singleKeys.set("off");
    const single = command();
    const combined = command({ id: "palette", keys: "mod+k" });
    render([<Offer command={single} key="1" />, <Offer command={combined} key="2" />]);
    await userEvent.keyboard("n{Control>}k{/Control}");
    expect(single.run).not.toHaveBeenCalled();
    expect(combined.run).toHaveBeenCalledTimes(1);
  });
});

describe("help", () => {
  it("opens on ? and lists what works here, and nothing else", async () => {
    render(
      <MantineProvider env="test">
        <Offer command={command()} />
        <Offer command={command({ id: "quiet", label: "No key", keys: undefined })} />
        <KeyboardLayer />
      </MantineProvider>,
    );
    await userEvent.keyboard("?");
    const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
    const terms = [...dialog.querySelectorAll("dt")].map((term) => term.textContent);
    expect(terms.toSorted()).toEqual([
      "New job",
      "Open the command palette",
      "Show keyboard shortcuts",
    ]);
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });

  it.each([
    ["?", "Keyboard shortcuts"],
    ["{Control>}k{/Control}", "Command palette"],
  ])("gives the focus back to where it was: %s", async (keys, name) => {
    render(
      <MantineProvider env="test">
        <button type="button">Here</button>
        <KeyboardLayer />
      </MantineProvider>,
    );
    const here = screen.getByRole("button", { name: "Here" });
    here.focus();
    await userEvent.keyboard(keys);
    const dialog = await screen.findByRole("dialog", { name });
    await waitFor(() => expect(dialog).toContainElement(document.activeElement as HTMLElement));
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(here).toHaveFocus());
  });
});

describe("palette", () => {
  function renderPalette(commands: Command[]) {
    render(
      <MantineProvider env="test">
        {commands.map((each) => (
          <Offer command={each} key={each.id} />
        ))}
        <KeyboardLayer />
      </MantineProvider>,
    );
  }

  it("opens on Ctrl-K, narrows while one types, and runs what Enter is pressed on", async () => {
    const create = command();
    const dark = command({
      id: "dark",
      label: "Dark appearance",
      group: "Display",
      keys: undefined,
    });
    renderPalette([create, dark]);
    await userEvent.keyboard("{Control>}k{/Control}");
    const search = await screen.findByLabelText("Search commands");
    await userEvent.type(search, "appear dark");
    expect(screen.getByText("Dark appearance")).toBeInTheDocument();
    expect(screen.queryByText("New job")).not.toBeInTheDocument();
    await userEvent.keyboard("{ArrowDown}{Enter}");
    expect(dark.run).toHaveBeenCalledTimes(1);
    expect(create.run).not.toHaveBeenCalled();
  });

  it("hands what was typed to commands that take it", async () => {
    const find = command({
      id: "find",
      label: "Find jobs named",
      takesQuery: true,
      keys: undefined,
    });
    renderPalette([find]);
    await userEvent.keyboard("{Control>}k{/Control}");
    await userEvent.type(await screen.findByLabelText("Search commands"), "  nightly ");
    await userEvent.click(screen.getByText("Find jobs named “nightly”"));
    expect(find.run).toHaveBeenCalledExactlyOnceWith("nightly");
  });
});
