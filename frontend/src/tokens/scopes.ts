/** What an API token may do, in words. */
import type { ApiTokenScope } from "./__generated__/TokenRow_token.graphql";

export const scopeWords: Record<ApiTokenScope, { short: string; long: string }> = {
  JOBS_READ: { short: "Read", long: "Read jobs and their histories, and follow changes" },
  JOBS_WRITE: { short: "Write", long: "Create jobs and change their states" },
};

export const allScopes: readonly ApiTokenScope[] = ["JOBS_READ", "JOBS_WRITE"];
