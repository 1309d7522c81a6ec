/** /tokens: the account's API tokens. */
import { createFileRoute } from "@tanstack/react-router";
import { TokensPage } from "#/tokens/TokensPage";

export const Route = createFileRoute("/_signedIn/tokens")({ component: TokensPage });
