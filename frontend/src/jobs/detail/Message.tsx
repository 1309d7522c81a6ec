/** What was said about a change: an error, a reason, an exit code. As written, wrapped, long ones folded. */
import { useId, useRef, useState } from "react";
import classes from "#/jobs/detail/Message.module.css";
import { CopyButton } from "#/ui/CopyButton";

const FOLDED_LINES = 8;
/** Wrapped text has no line breaks to count; this fills about as many lines. */
const FOLDED_CHARACTERS = 900;

export function Message({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const written = useRef<HTMLPreElement>(null);
  const lines = text.split("\n").length;
  const long = lines > FOLDED_LINES || text.length > FOLDED_CHARACTERS;

  return (
    <div className={classes.message}>
      <pre
        className={classes.text}
        data-folded={(long && !open) || undefined}
        id={id}
        ref={written}
      >
        {text}
      </pre>
      <span className={classes.copy}>
        <CopyButton source={written} value={text} what="message" />
      </span>
      {long && (
        <button
          aria-controls={id}
          aria-expanded={open}
          className={classes.fold}
          onClick={() => setOpen(!open)}
          type="button"
        >
          {open ? "Show less" : lines > 1 ? `Show all ${lines} lines` : "Show all"}
        </button>
      )}
    </div>
  );
}
