import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createElement } from "react";
import { describe, expect, it, vi } from "vitest";
import { RequestFailure, send } from "#/relay/transport";
import { Toasts } from "#/ui/toasts";

const OPERATION = { id: "5e1d", name: "Q" };

function answering(body: unknown) {
  const fetch = vi.fn(async (_: string, _init: RequestInit) => ({
    json: async () => {
      if (body instanceof Error) throw body;
      return body;
    },
  }));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

describe("send", () => {
  it("posts the operation with the token", async () => {
    const fetch = answering({ data: { viewer: null } });
    expect(await send(OPERATION, { a: 1 }, { token: "t" })).toEqual({ data: { viewer: null } });
    const [url, init] = fetch.mock.calls[0] ?? [];
    expect(url).toBe("/graphql");
    expect(init?.headers).toMatchObject({ Authorization: "Bearer t" });
    expect(JSON.parse(String(init?.body))).toEqual({
      documentId: "5e1d",
      operationName: "Q",
      variables: { a: 1 },
    });
  });

  it("offers to reload, once, where the server has another build's documents", async () => {
    const unknown = { message: "Unknown.", extensions: { code: "DOCUMENT_NOT_FOUND" } };
    answering({ errors: [unknown] });
    render(createElement(MantineProvider, { env: "test" }, createElement(Toasts)));
    const refused = new RequestFailure(
      "DOCUMENT_NOT_FOUND",
      "A new version of Jobtrail is there. Reload the page to go on.",
    );
    await expect(send(OPERATION, {})).rejects.toEqual(refused);
    expect(await screen.findByText("A new version is there")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Close notice" }));
    await expect(send(OPERATION, {})).rejects.toEqual(refused);
    expect(screen.queryByText("A new version is there")).toBeNull();
  });

  it.each([
    [
      "an error of the API",
      { data: null, errors: [{ message: "Not for you.", extensions: { code: "FORBIDDEN" } }] },
      new RequestFailure("FORBIDDEN", "Not for you."),
    ],
    [
      "an error without a code",
      { errors: [{ message: "Oh." }] },
      new RequestFailure("INTERNAL_SERVER_ERROR", "Oh."),
    ],
    [
      "an answer without data",
      {},
      new RequestFailure("NETWORK", "The server did not answer as expected."),
    ],
    [
      "an answer that is no JSON",
      new SyntaxError("<"),
      new RequestFailure("NETWORK", "The server did not answer as expected."),
    ],
  ])("turns %s into one kind of failure", async (_, body, failure) => {
    answering(body);
    await expect(send(OPERATION, {})).rejects.toEqual(failure);
  });

  it("tells a lost connection from one that was called off", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(send(OPERATION, {})).rejects.toEqual(
      new RequestFailure("NETWORK", "The server could not be reached."),
    );
    const signal = AbortSignal.abort();
    await expect(send(OPERATION, {}, { signal })).rejects.toBeInstanceOf(TypeError);
  });
});
