/** Offers to reload where the server knows the operations of another build of this client. */
import { showToast } from "#/ui/toasts";

/** What stands wherever the data would have been. */
export const NEW_VERSION = "A new version of Jobtrail is there. Reload the page to go on.";

let isOffered = false;

/** Once: whatever is asked from now on is refused in the same way. */
export function offerReload(): void {
  if (isOffered) return;
  isOffered = true;
  showToast({
    id: "new-version",
    icon: "retry",
    title: "A new version is there",
    text: "Reload the page to go on.",
    actions: [{ label: "Reload", run: () => window.location.reload() }],
  });
}
