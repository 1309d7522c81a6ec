/** Text with a button that copies it. The text stays text: selectable, never suggesting that it could be edited. */
import { useClipboard } from "@mantine/hooks";
import { type ReactNode, useRef } from "react";
import { announce } from "#/ui/announcer";
import classes from "#/ui/Copyable.module.css";
import { Icon } from "#/ui/Icon";

interface CopyableProps {
  /** What is copied. */
  value: string;
  /** What it is, for the button's name: `Copy id`. */
  what: string;
  /** What is shown; the value itself by default. */
  children?: ReactNode;
}

export function Copyable({ value, what, children }: CopyableProps) {
  const clipboard = useClipboard({ timeout: 2000 });
  const text = useRef<HTMLSpanElement>(null);

  function copy() {
    if (navigator.clipboard) {
      clipboard.copy(value);
      announce(`Copied ${what}`);
    } else if (text.current) {
      // Browsers hand out the clipboard on secure origins only; elsewhere one keystroke remains to be done.
      window.getSelection()?.selectAllChildren(text.current);
      announce("Selected: press Ctrl+C to copy");
    }
  }

  return (
    <span className={classes.copyable}>
      <span ref={text}>{children ?? value}</span>
      <button
        aria-label={`Copy ${what}`}
        className={classes.button}
        data-copied={clipboard.copied || undefined}
        onClick={copy}
        title={clipboard.copied ? "Copied" : `Copy ${what}`}
        type="button"
      >
        <Icon name={clipboard.copied ? "copied" : "copy"} size={15} />
      </button>
    </span>
  );
}
