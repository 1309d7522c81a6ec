/** A part of the page that can be folded away; the choice is remembered. */
import { UnstyledButton } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { Icon } from "#/ui/Icon";
import { type Stored, stored, useStored } from "#/ui/stored";
import classes from "./JobsPage.module.css";

interface CollapsibleProps {
  /** Under which the choice is remembered. */
  id: string;
  label: string;
  children: ReactNode;
}

const choices = new Map<string, Stored<"open" | "closed">>();

function choiceOf(id: string): Stored<"open" | "closed"> {
  const known = choices.get(id) ?? stored(`jobtrail.${id}`, ["open", "closed"]);
  choices.set(id, known);
  return known;
}

export function Collapsible({ id, label, children }: CollapsibleProps) {
  const choice = choiceOf(id);
  const open = useStored(choice) === "open";
  const body = useId();
  return (
    <section className={classes.collapsible}>
      <UnstyledButton
        className={classes.fold}
        aria-expanded={open}
        aria-controls={body}
        onClick={() => choice.set(open ? "closed" : "open")}
      >
        <Icon name={open ? "chevronDown" : "chevronRight"} size={14} />
        {label}
      </UnstyledButton>
      <div id={body}>{open && children}</div>
    </section>
  );
}
