/** Says aloud, to those who listen instead of look, what changed without their doing; politely, never cutting in. */
import { VisuallyHidden } from "@mantine/core";
import { useSyncExternalStore } from "react";

let message = "";
const listeners = new Set<() => void>();

/** Has a screen reader say `text` when it next falls silent. The same words twice are said twice. */
export function announce(text: string) {
  // A live region speaks when its text differs; a trailing no-break space differs and is silent.
  message = message === text ? `${text}\u00a0` : text;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The live region itself: once per page, there before anything is announced. */
export function Announcer() {
  const text = useSyncExternalStore(subscribe, () => message);
  return (
    <VisuallyHidden aria-live="polite" role="status">
      {text}
    </VisuallyHidden>
  );
}
