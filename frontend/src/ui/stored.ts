/** A choice the reader made, remembered in this browser and shared by every component that asks for it. */
import { useSyncExternalStore } from "react";

export interface Stored<Value extends string> {
  get(): Value;
  set(value: Value): void;
  subscribe(listener: () => void): () => void;
}

/** The choice kept under `key`, one of `values`; the first of them until the reader chose. */
export function stored<Value extends string>(
  key: string,
  values: readonly [Value, ...Value[]],
): Stored<Value> {
  const listeners = new Set<() => void>();
  const parse = (text: string | null) => values.find((value) => value === text) ?? values[0];
  let current = parse(read(key));

  function publish(next: Value) {
    if (next === current) return;
    current = next;
    for (const listener of listeners) listener();
  }

  function onStorage(event: StorageEvent) {
    if (event.key === key) publish(parse(event.newValue));
  }

  return {
    get: () => current,
    set(value) {
      write(key, value);
      publish(value);
    },
    subscribe(listener) {
      if (listeners.size === 0) window.addEventListener("storage", onStorage);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) window.removeEventListener("storage", onStorage);
      };
    },
  };
}

/** The choice as it stands; renders again when it changes, in this tab or in another. */
export function useStored<Value extends string>(choice: Stored<Value>): Value {
  return useSyncExternalStore(choice.subscribe, choice.get);
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage may be forbidden; the choice then lasts as long as the page
  }
}

function write(key: string, value: string) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // as above
  }
}
