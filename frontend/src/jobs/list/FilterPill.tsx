/** A filter in the toolbar: says what it admits, opens to change it, and lets go at one click. */
import { UnstyledButton } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import { Dropdown } from "#/ui/Dropdown";
import { Icon } from "#/ui/Icon";
import classes from "./FilterPill.module.css";

interface FilterPillProps {
  label: string;
  /** What it admits, in words; absent: everything. */
  value?: string;
  /** Absent where there is always a value. */
  onClear?: () => void;
  children: (close: () => void) => ReactNode;
}

export function FilterPill({ label, value, onClear, children }: FilterPillProps) {
  const button = useRef<HTMLDivElement>(null);
  return (
    <div ref={button} className={classes.pill} data-active={(value && onClear) || undefined}>
      <Dropdown
        role="dialog"
        label={label}
        button={(props) => (
          <UnstyledButton {...props} className={classes.open}>
            <span className={classes.label}>{value ? `${label}:` : label}</span>
            {value && <span className={classes.value}>{value}</span>}
            <Icon name="chevronDown" size={14} />
          </UnstyledButton>
        )}
      >
        {children}
      </Dropdown>
      {value && onClear && (
        <UnstyledButton
          className={classes.clear}
          aria-label={`Clear: ${label}`}
          onClick={() => {
            onClear();
            button.current?.querySelector("button")?.focus();
          }}
        >
          <Icon name="close" size={14} />
        </UnstyledButton>
      )}
    </div>
  );
}

interface ChoiceProps {
  chosen: boolean;
  onChoose: () => void;
  children: ReactNode;
}

/** One of several things a filter can admit. */
export function Choice({ chosen, onChoose, children }: ChoiceProps) {
  return (
    <UnstyledButton className={classes.choice} aria-pressed={chosen} onClick={onChoose}>
      <span className={classes.mark}>{chosen && <Icon name="copied" size={14} />}</span>
      {children}
    </UnstyledButton>
  );
}
