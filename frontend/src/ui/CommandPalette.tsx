/** Every command on offer, found by typing. Loaded when it is first asked for. */
import { Spotlight, type SpotlightActionData, spotlight } from "@mantine/spotlight";
import { useEffect, useState } from "react";
import { type Command, useCommands } from "#/ui/commands";
import { Icon } from "#/ui/Icon";
import { Keys } from "#/ui/Keys";
import "@mantine/spotlight/styles.css";

/** `askedFor` counts the times it was asked for: each opens it. */
export function CommandPalette({ askedFor }: { askedFor: number }) {
  const commands = useCommands().filter((command) => command.inPalette !== false);
  const [query, setQuery] = useState("");
  const typed = query.trim();

  useEffect(() => {
    if (askedFor > 0) spotlight.open();
  }, [askedFor]);

  return (
    <Spotlight
      actions={[...actionsFor(commands, typed)]}
      attributes={{ content: { "aria-label": "Command palette" } }}
      filter={(_query, actions) => actions}
      nothingFound="No such command"
      onQueryChange={setQuery}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      query={query}
      scrollable
      searchProps={{
        "aria-label": "Search commands",
        leftSection: <Icon name="search" size={18} />,
        placeholder: "Type a command",
      }}
      shortcut={null}
      transitionProps={{ duration: 120 }}
    />
  );
}

/** Those whose words match, by group, in the order they were offered; then those that take any words. */
function* actionsFor(commands: readonly Command[], typed: string) {
  const words = typed.toLowerCase().split(/\s+/);
  const groups = new Map<string, SpotlightActionData[]>();
  for (const command of commands) {
    const text = `${command.group} ${command.label}`.toLowerCase();
    const fits = command.takesQuery ? typed !== "" : words.every((word) => text.includes(word));
    if (!fits) continue;
    const action: SpotlightActionData = {
      id: command.id,
      label: command.takesQuery ? `${command.label} “${typed}”` : command.label,
      rightSection: command.keys ? <Keys keys={command.keys} /> : undefined,
      onClick: () => command.run(typed),
    };
    groups.set(command.group, [...(groups.get(command.group) ?? []), action]);
  }
  for (const [group, actions] of groups) yield { group, actions };
}
