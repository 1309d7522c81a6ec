/** Starts the client: session, Relay environment and router, then React. */
import { createRouter, RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createEnvironment } from "#/relay/environment";
import { RequestFailure } from "#/relay/transport";
import { parseSearch, stringifySearch } from "#/routes/-search";
import { Session } from "#/session/session";
import { routeTree } from "./routeTree.gen";

const session = new Session();
const environment = createEnvironment(session);
const router = createRouter({
  routeTree,
  context: { session, environment },
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root, {
  // A failed request is told on the page, with a way to try again; anything else is a defect.
  onCaughtError: (error) => {
    if (!(error instanceof RequestFailure)) reportError(error);
  },
}).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);
