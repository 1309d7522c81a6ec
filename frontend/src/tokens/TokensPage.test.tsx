import { MantineProvider } from "@mantine/core";
import { configure, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { RelayEnvironmentProvider } from "react-relay";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RequestFailure } from "#/relay/transport";
import { SessionContext } from "#/session/SessionContext";
import { type Asked, testServer } from "#/test/environment";
import { testSession } from "#/test/session";
import { TokensPage } from "#/tokens/TokensPage";

configure({ asyncUtilTimeout: 10_000 });

const NOON = Date.UTC(2026, 10, 24, 12);
const at = (day: number) => new Date(NOON + day * 86_400_000).toISOString();

function aToken(id: string, fields: object = {}) {
  return {
    __typename: "ApiToken",
    id,
    name: `token ${id}`,
    prefix: `jobtrail_pat_${id}`,
    scopes: ["JOBS_READ", "JOBS_WRITE"],
    createdAt: at(-10),
    lastUsedAt: null,
    expiresAt: at(80),
    revokedAt: null,
    ...fields,
  };
}

type Token = ReturnType<typeof aToken>;

/** The page before a server that holds these tokens; `answer` is what it says to a mutation. */
function show(tokens: Token[], answer: (asked: Asked) => unknown = () => null) {
  const { environment, asked } = testServer((operation) =>
    operation.name === "TokensPageQuery" ? { apiTokens: tokens } : answer(operation),
  );
  render(
    <MantineProvider env="test">
      <SessionContext value={testSession()}>
        <RelayEnvironmentProvider environment={environment}>
          <TokensPage />
        </RelayEnvironmentProvider>
      </SessionContext>
    </MantineProvider>,
  );
  return { asked };
}

const cells = (name: string) =>
  within(screen.getByText(name).closest("tr") as HTMLElement)
    .getAllByRole("cell")
    .map((cell) => cell.textContent);

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the tokens", () => {
  it("are told with what they may do, when they were used and when they end", async () => {
    show([
      aToken("a", { lastUsedAt: at(-1) }),
      aToken("b", { scopes: ["JOBS_READ"], revokedAt: at(-2) }),
      aToken("c", { expiresAt: at(-3) }),
    ]);
    await screen.findByText("token a");
    expect(cells("token a")).toEqual([
      "token ajobtrail_pat_a…",
      "MayRead, Write",
      "Created10 d ago",
      "Last used1 d ago",
      "Expires12 Feb 2027",
      "Revoke",
    ]);
    expect(cells("token b").slice(1)).toEqual([
      "MayRead",
      "Created10 d ago",
      "Last usedNever",
      "EndedRevoked 2 d ago",
      "",
    ]);
    expect(cells("token c").slice(4)).toEqual(["ExpiresExpired 3 d ago", ""]);
    await waitFor(() => expect(document.title).toBe("API tokens · Jobtrail"));
  });

  it("may be none", async () => {
    show([]);
    expect(await screen.findByRole("heading", { name: "No tokens yet" })).toBeVisible();
  });
});

describe("a new token", () => {
  function answering(createApiToken: object | Error) {
    const sent: { name: string; scopes: string[]; expiresAt: string }[] = [];
    vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
      sent.push(JSON.parse(body).variables.input);
      if (createApiToken instanceof Error) throw createApiToken;
      return { json: async () => ({ data: { createApiToken } }) };
    });
    return sent;
  }

  async function fill(name: string) {
    await userEvent.click(await screen.findByRole("button", { name: "New token" }));
    const dialog = await screen.findByRole("dialog", { name: "New API token" });
    await userEvent.type(within(dialog).getByRole("textbox", { name: "Name" }), name);
    await userEvent.click(within(dialog).getByRole("checkbox", { name: /^Create jobs/ }));
    await userEvent.selectOptions(
      within(dialog).getByRole("combobox", { name: "Expires after" }),
      "30 days",
    );
    await userEvent.click(within(dialog).getByRole("button", { name: "Create token" }));
  }

  it("shows its secret once, and stands in the list", async () => {
    const tokens: Token[] = [];
    const sent = answering({ __typename: "CreateApiTokenSuccess", secret: "jobtrail_pat_s3cret" });
    show(tokens);
    await screen.findByText("No tokens yet");
    tokens.push(aToken("a", { name: "nightly" }));
    await fill("nightly");
    expect(await screen.findByText("jobtrail_pat_s3cret")).toBeVisible();
    expect(sent).toEqual([
      { name: "nightly", scopes: ["JOBS_READ", "JOBS_WRITE"], expiresAt: at(30) },
    ]);
    expect(screen.getByRole("button", { name: "Copy secret" })).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Done" }));
    await waitFor(() => expect(screen.queryByText("jobtrail_pat_s3cret")).toBeNull());
    expect(await screen.findByText("nightly")).toBeVisible();
  });

  it.each([
    ["name", { __typename: "InvalidInput", field: "name", message: "A name has characters." }],
    ["scopes", { __typename: "InvalidInput", field: "scopes", message: "At least one." }],
    ["number", { __typename: "TooManyApiTokens", message: "You have 50." }],
  ])("that can not be made says why: its %s", async (_, outcome) => {
    answering(outcome);
    show([]);
    await fill("nightly");
    expect(await screen.findByText(outcome.message)).toBeVisible();
    expect(screen.getByRole("textbox", { name: "Name" })).toHaveValue("nightly");
  });

  it("says that the server could not be reached", async () => {
    answering(new TypeError("Failed to fetch"));
    show([]);
    await fill("nightly");
    expect(await screen.findByText("The server could not be reached.")).toBeVisible();
  });
});

describe("revoking", () => {
  it("asks first, and then says since when it serves no more", async () => {
    const revoked = aToken("a", { revokedAt: at(0) });
    const { asked } = show([aToken("a")], () => ({
      revokeApiToken: { __typename: "RevokeApiTokenSuccess", token: revoked },
    }));
    await userEvent.click(await screen.findByRole("button", { name: "Revoke token a" }));
    const dialog = await screen.findByRole("dialog", { name: "Revoke token a?" });
    expect(asked.map(({ name }) => name)).toEqual(["TokensPageQuery"]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Revoke" }));
    await waitFor(() => expect(cells("token a")[4]).toBe("EndedRevoked just now"));
    expect(asked.at(-1)).toEqual({
      name: "RevokeDialogMutation",
      variables: { input: { id: "a" } },
    });
    expect(screen.queryByRole("button", { name: "Revoke token a" })).toBeNull();
  });

  it("can be thought better of", async () => {
    const { asked } = show([aToken("a")]);
    await userEvent.click(await screen.findByRole("button", { name: "Revoke token a" }));
    await userEvent.click(await screen.findByRole("button", { name: "Keep it" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(asked).toHaveLength(1);
  });

  it("that failed says why, and changes nothing", async () => {
    show([aToken("a")], () => {
      throw new RequestFailure("NETWORK", "The server could not be reached.");
    });
    await userEvent.click(await screen.findByRole("button", { name: "Revoke token a" }));
    const dialog = await screen.findByRole("dialog", { name: "Revoke token a?" });
    await userEvent.click(within(dialog).getByRole("button", { name: "Revoke" }));
    expect(await within(dialog).findByRole("alert")).toHaveTextContent(
      "The server could not be reached.",
    );
    expect(cells("token a")[4]).toBe("Expires12 Feb 2027");
  });
});
