/** The controls behind the display settings. */
import { type MantineColorScheme, SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { type ReactNode, useId } from "react";
import classes from "#/ui/DisplayMenu.module.css";
import { Icon, type IconName } from "#/ui/Icon";
import { useStored } from "#/ui/stored";
import { timeStyle, timeZone } from "#/ui/timePreferences";

export function DisplaySettings() {
  return (
    <div className={classes.settings}>
      <ColorSchemeControl />
      <TimeZoneControl />
      <TimeStyleControl />
    </div>
  );
}

/** Light, dark, or as the system has it. */
function ColorSchemeControl() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Setting label="Appearance">
      {(labelId) => (
        <SegmentedControl
          aria-labelledby={labelId}
          data={[
            { value: "auto", label: <Choice icon="system">System</Choice> },
            { value: "light", label: <Choice icon="sun">Light</Choice> },
            { value: "dark", label: <Choice icon="moon">Dark</Choice> },
          ]}
          fullWidth
          onChange={(value) => setColorScheme(value as MantineColorScheme)}
          value={colorScheme}
        />
      )}
    </Setting>
  );
}

/** Times as the reader's own clock shows them, or in UTC as logs have them. */
function TimeZoneControl() {
  const zone = useStored(timeZone);
  return (
    <Setting label="Time zone">
      {(labelId) => (
        <SegmentedControl
          aria-labelledby={labelId}
          data={[
            { value: "local", label: "Local" },
            { value: "utc", label: "UTC" },
          ]}
          fullWidth
          onChange={timeZone.set}
          value={zone}
        />
      )}
    </Setting>
  );
}

/** `3 min ago`, or the date and time. */
function TimeStyleControl() {
  const style = useStored(timeStyle);
  return (
    <Setting label="Times">
      {(labelId) => (
        <SegmentedControl
          aria-labelledby={labelId}
          data={[
            { value: "relative", label: "3 min ago" },
            { value: "absolute", label: "Date and time" },
          ]}
          fullWidth
          onChange={timeStyle.set}
          value={style}
        />
      )}
    </Setting>
  );
}

function Setting({ label, children }: { label: string; children: (labelId: string) => ReactNode }) {
  const labelId = useId();
  return (
    <div>
      <div className={classes.label} id={labelId}>
        {label}
      </div>
      {children(labelId)}
    </div>
  );
}

function Choice({ icon, children }: { icon: IconName; children: string }) {
  return (
    <span className={classes.choice}>
      <Icon name={icon} size={15} />
      {children}
    </span>
  );
}
