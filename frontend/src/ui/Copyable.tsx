/** Text with a button that copies it. The text stays text: selectable, never suggesting that it could be edited. */
import { useRef } from "react";
import classes from "#/ui/Copyable.module.css";
import { CopyButton } from "#/ui/CopyButton";

interface CopyableProps {
  value: string;
  /** What it is, for the button's name: `Copy id`. */
  what: string;
}

export function Copyable({ value, what }: CopyableProps) {
  const text = useRef<HTMLSpanElement>(null);
  return (
    <span className={classes.copyable}>
      <span ref={text}>{value}</span> <CopyButton source={text} value={value} what={what} />
    </span>
  );
}
