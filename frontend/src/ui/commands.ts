/**
 * Everything that can be done without a pointer: one registry, from which the keyboard shortcuts, their help and the
 * command palette are all made, so that none of them can promise what another does not know.
 */
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { stored } from "#/ui/stored";

export interface Command {
  /** Unique while registered; a later registration under the same id stands in for the earlier. */
  id: string;
  label: string;
  /** The heading it stands under in the help and the palette. */
  group: string;
  /** A key as the browser names it (`n`, `/`, `?`, `ArrowDown`), or `mod+k` for Ctrl or Command. */
  keys?: string;
  /** False leaves it out of the palette: moves that make sense by key alone. */
  inPalette?: boolean;
  /** Offered in the palette for whatever was typed, which `run` then receives. */
  takesQuery?: boolean;
  run: (query: string) => void;
}

/** Letters alone as shortcuts disturb speech input and some keyboards; the reader can turn them off. */
export const singleKeys = stored<"on" | "off">("jobtrail.single-keys", ["on", "off"]);

let commands: readonly Command[] = [];
const listeners = new Set<() => void>();

function publish(next: readonly Command[]) {
  commands = next;
  for (const listener of listeners) listener();
}

function register(command: Command) {
  if (commands.length === 0) document.addEventListener("keydown", onKeyDown);
  publish([...commands, command]);
  return () => {
    publish(commands.filter((other) => other !== command));
    if (commands.length === 0) document.removeEventListener("keydown", onKeyDown);
  };
}

/** Offers `command` while the component is mounted; `null` offers nothing. `run` may be new at every render. */
export function useCommand(command: Command | null) {
  const run = useEffectEvent((query: string) => command?.run(query));
  const { id, label, group, keys, inPalette, takesQuery } = command ?? {};
  useEffect(() => {
    if (id === undefined || label === undefined || group === undefined) return;
    return register({ id, label, group, keys, inPalette, takesQuery, run: (query) => run(query) });
  }, [id, label, group, keys, inPalette, takesQuery]);
}

/** The commands on offer now, the earlier registered first, one for each id. */
export function useCommands(): readonly Command[] {
  const all = useSyncExternalStore(subscribe, () => commands);
  return [...new Map(all.map((command) => [command.id, command])).values()];
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function onKeyDown(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const command = commands.findLast(
    (candidate) => candidate.keys !== undefined && matches(event, candidate.keys),
  );
  if (command === undefined) return;
  event.preventDefault();
  command.run("");
}

function matches(event: KeyboardEvent, keys: string): boolean {
  const withMod = keys.startsWith("mod+");
  const key = withMod ? keys.slice("mod+".length) : keys;
  if (withMod !== (event.ctrlKey || event.metaKey)) return false;
  if (key.length === 1 && key.toLowerCase() !== key.toUpperCase() && event.shiftKey) return false;
  if (event.key.toLowerCase() !== key.toLowerCase()) return false;
  return withMod || (singleKeys.get() === "on" && !isSpokenFor(event.target));
}

/** Where keys have a meaning of their own: fields, and whatever has opened above the page. */
function isSpokenFor(target: EventTarget | null): boolean {
  if (document.querySelector('[aria-modal="true"]') !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  const owner = target.closest(
    'input, textarea, select, [role="menu"], [role="listbox"], [role="dialog"]',
  );
  return owner !== null || target.isContentEditable;
}
