/** The list of keyboard shortcuts that work on this very page, opened by `?`. */
import { Modal, Switch } from "@mantine/core";
import { useEffect, useState } from "react";
import "@mantine/core/styles/InlineInput.css";
import "@mantine/core/styles/Switch.css";
import { type Command, singleKeys, useCommands } from "#/ui/commands";
import { Keys } from "#/ui/Keys";
import classes from "#/ui/ShortcutHelp.module.css";
import { useStored } from "#/ui/stored";

/** `askedFor` counts the times it was asked for: each opens it. */
export function ShortcutHelp({ askedFor }: { askedFor: number }) {
  const [opened, setOpened] = useState(false);
  const commands = useCommands().filter((command) => command.keys !== undefined);
  const single = useStored(singleKeys);

  // Opened once it is there, not born open: it then knows where the focus was, and gives it back.
  useEffect(() => {
    if (askedFor > 0) setOpened(true);
  }, [askedFor]);

  return (
    <Modal onClose={() => setOpened(false)} opened={opened} size="md" title="Keyboard shortcuts">
      {[...groupsOf(commands)].map(([group, members]) => (
        <section key={group}>
          <h3 className={classes.group}>{group}</h3>
          <dl className={classes.list}>
            {members.map((command) => (
              <div className={classes.entry} key={command.id}>
                <dt>{command.label}</dt>
                <dd>
                  <Keys keys={command.keys ?? ""} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <Switch
        checked={single === "on"}
        description="Combinations with Ctrl or Command always work"
        label="Shortcuts of a single key"
        mt="lg"
        onChange={(event) => singleKeys.set(event.currentTarget.checked ? "on" : "off")}
      />
    </Modal>
  );
}

function groupsOf(commands: readonly Command[]): Map<string, Command[]> {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  return groups;
}
