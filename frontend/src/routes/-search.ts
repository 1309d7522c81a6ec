/** How the URL's query string is read and written: plain `key=text`, never JSON. */
import type { AnySchema } from "@tanstack/react-router";

export function parseSearch(text: string): AnySchema {
  return Object.fromEntries(new URLSearchParams(text));
}

/** Commas and colons stay readable; a query string may hold both. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "") params.set(key, String(value));
  }
  const text = params.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text && `?${text}`;
}
