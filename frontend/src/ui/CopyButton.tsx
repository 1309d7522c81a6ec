/** A small button that copies a text and says so. */
import { type RefObject, useEffect, useState } from "react";
import { announce } from "#/ui/announcer";
import classes from "#/ui/CopyButton.module.css";
import { Icon } from "#/ui/Icon";

interface CopyButtonProps {
  /** What is copied. */
  value: string;
  /** What it is, for the button's name: `Copy id`. */
  what: string;
  /** Where the text stands: selected for the reader where the browser withholds the clipboard. */
  source: RefObject<HTMLElement | null>;
}

const SAYS_SO_MS = 2000;

export function CopyButton({ value, what, source }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAYS_SO_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      announce(`Copied ${what}`);
    } catch {
      // Forbidden, or not a secure origin; one keystroke then remains to be done.
      if (source.current) window.getSelection()?.selectAllChildren(source.current);
      announce("Selected: press Ctrl+C to copy");
    }
  }

  return (
    <button
      aria-label={`Copy ${what}`}
      className={classes.button}
      data-copied={copied || undefined}
      onClick={copy}
      title={copied ? "Copied" : `Copy ${what}`}
      type="button"
    >
      <Icon name={copied ? "copied" : "copy"} size={15} />
    </button>
  );
}
