/** How the reader wants to see things: light or dark, and how times are told. Chosen once, remembered here. */
import { ActionIcon, useMantineColorScheme } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useCommand } from "#/ui/commands";
import classes from "#/ui/DisplayMenu.module.css";
import { Dropdown } from "#/ui/Dropdown";
import { Icon } from "#/ui/Icon";
import { useStored } from "#/ui/stored";
import { timeZone } from "#/ui/timePreferences";

const DisplaySettings = lazy(() =>
  import("#/ui/DisplaySettings").then((module) => ({ default: module.DisplaySettings })),
);

export function DisplayMenu() {
  const { setColorScheme } = useMantineColorScheme();
  const zone = useStored(timeZone);
  const otherZone = zone === "utc" ? "local" : "utc";

  useCommand({
    id: "scheme-light",
    label: "Light appearance",
    group: "Display",
    run: () => setColorScheme("light"),
  });
  useCommand({
    id: "scheme-dark",
    label: "Dark appearance",
    group: "Display",
    run: () => setColorScheme("dark"),
  });
  useCommand({
    id: "scheme-auto",
    label: "Appearance as the system has it",
    group: "Display",
    run: () => setColorScheme("auto"),
  });
  useCommand({
    id: "time-zone",
    label: otherZone === "utc" ? "Times in UTC" : "Times in local time",
    group: "Display",
    run: () => timeZone.set(otherZone),
  });

  return (
    <Dropdown
      role="dialog"
      label="Display settings"
      align="end"
      button={(props) => (
        <ActionIcon
          {...props}
          aria-label="Display settings"
          color="gray"
          size="lg"
          variant="subtle"
        >
          <Icon name="display" size={18} />
        </ActionIcon>
      )}
    >
      {() => (
        <Suspense fallback={<div className={classes.settings} />}>
          <DisplaySettings />
        </Suspense>
      )}
    </Dropdown>
  );
}
