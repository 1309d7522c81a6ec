/** How the reader wants times told: in which zone, and counted from now or as dates. */
import { stored } from "#/ui/stored";
import type { Zone } from "#/ui/timeFormat";

export const timeZone = stored<Zone>("jobtrail.time-zone", ["local", "utc"]);
export const timeStyle = stored<"relative" | "absolute">("jobtrail.time-style", [
  "relative",
  "absolute",
]);
