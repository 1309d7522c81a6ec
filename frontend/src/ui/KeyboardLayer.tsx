/** What the keyboard reaches on every page: the command palette on Ctrl-K and the list of shortcuts on `?`. */
import { lazy, Suspense, useState } from "react";
import { useCommand } from "#/ui/commands";

const CommandPalette = lazy(() =>
  import("#/ui/CommandPalette").then((module) => ({ default: module.CommandPalette })),
);
const ShortcutHelp = lazy(() =>
  import("#/ui/ShortcutHelp").then((module) => ({ default: module.ShortcutHelp })),
);

export function KeyboardLayer() {
  const [paletteAskedFor, setPaletteAskedFor] = useState(0);
  const [helpAskedFor, setHelpAskedFor] = useState(0);

  useCommand({
    id: "palette",
    label: "Open the command palette",
    group: "Anywhere",
    keys: "mod+k",
    inPalette: false,
    run: () => setPaletteAskedFor((times) => times + 1),
  });
  useCommand({
    id: "shortcuts",
    label: "Show keyboard shortcuts",
    group: "Anywhere",
    keys: "?",
    run: () => setHelpAskedFor((times) => times + 1),
  });

  return (
    <Suspense fallback={null}>
      {paletteAskedFor > 0 && <CommandPalette askedFor={paletteAskedFor} />}
      {helpAskedFor > 0 && <ShortcutHelp askedFor={helpAskedFor} />}
    </Suspense>
  );
}
