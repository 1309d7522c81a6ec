/** A keyboard shortcut, spelled as the reader's keyboard has it. */
import { Kbd } from "@mantine/core";

const names: Readonly<Record<string, string>> = {
  arrowdown: "↓",
  arrowup: "↑",
  arrowleft: "←",
  arrowright: "→",
  escape: "Esc",
  mod: /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl",
};

export function Keys({ keys }: { keys: string }) {
  return (
    <span style={{ display: "inline-flex", gap: 4 }}>
      {keys.split("+").map((key) => (
        <Kbd key={key}>
          {names[key.toLowerCase()] ?? (keys.includes("+") ? key.toUpperCase() : key)}
        </Kbd>
      ))}
    </span>
  );
}
