/** Keys that make a write safe to repeat: the API does it once, however often it arrives. */
const BYTES = 16;

/** A new key, unique by chance. */
export function idempotencyKey(): string {
  // randomUUID is missing where the page came by plain http from another machine.
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
