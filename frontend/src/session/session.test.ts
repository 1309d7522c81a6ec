import { beforeEach, describe, expect, it, vi } from "vitest";
import { RequestFailure } from "#/relay/transport";
import { Session } from "#/session/session";

const MINUTE = 60_000;
const VIEWER = { id: "user-1", username: "operator" };

const grant = (token: string, minutes = 15) => ({
  accessToken: token,
  expiresAt: new Date(Date.now() + minutes * MINUTE).toISOString(),
  permissions: ["VIEW_JOBS"],
  viewer: VIEWER,
});
const renewed = (token: string, minutes?: number) => ({
  data: { refreshSession: { __typename: "RefreshSessionSuccess", session: grant(token, minutes) } },
});
const ENDED = {
  data: { refreshSession: { __typename: "InvalidRefreshToken", message: "It was used." } },
};

let answers: (object | Error)[] = [];
let asked: { operationName: string; variables: { input: object } }[] = [];

beforeEach(() => {
  answers = [];
  asked = [];
  vi.stubGlobal("BroadcastChannel", undefined);
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    asked.push(JSON.parse(body));
    const answer = answers.shift();
    if (!answer || answer instanceof Error) throw answer ?? new Error("unexpected request");
    return { json: async () => answer };
  });
});

describe("taking up a session", () => {
  it("renews by cookie, with nothing in the request that a script could steal", async () => {
    answers = [renewed("a")];
    const session = new Session();
    expect(await session.start()).toBe(true);
    expect(session.viewer()).toEqual(VIEWER);
    expect(asked).toMatchObject([
      { operationName: "operationsRefreshSessionMutation", variables: { input: {} } },
    ]);
  });

  it("is nobody where the cookie is no good", async () => {
    answers = [ENDED];
    const session = new Session();
    expect(await session.start()).toBe(false);
    expect(session.viewer()).toBeNull();
  });
});

describe("what the account may do", () => {
  it("is nothing before one is signed in, and then what the server said", async () => {
    answers = [renewed("a")];
    const session = new Session();
    expect(session.may("VIEW_JOBS")).toBe(false);
    await session.start();
    expect(session.may("VIEW_JOBS")).toBe(true);
    expect(session.may("CHANGE_JOBS")).toBe(false);
  });

  it("may be more or less after a renewal, and whoever listens is told", async () => {
    const more = { ...grant("b"), permissions: ["VIEW_JOBS", "CHANGE_JOBS"] };
    answers = [
      renewed("a"),
      { data: { refreshSession: { __typename: "RefreshSessionSuccess", session: more } } },
    ];
    const session = new Session();
    await session.start();
    const told = vi.fn();
    session.subscribe(told);
    await session.renew("a");
    expect(session.may("CHANGE_JOBS")).toBe(true);
    expect(told).toHaveBeenCalledTimes(1);
  });
});

describe("the access token", () => {
  it("is used while it lasts", async () => {
    answers = [renewed("a")];
    const session = new Session();
    await session.start();
    expect(await session.accessToken()).toBe("a");
    expect(asked).toHaveLength(1);
  });

  it("is renewed shortly before it lapses, once for all who wait", async () => {
    answers = [renewed("a", 0.4), renewed("b")];
    const session = new Session();
    await session.start();
    const tokens = await Promise.all([1, 2, 3].map(() => session.accessToken()));
    expect(tokens).toEqual(["b", "b", "b"]);
    expect(asked).toHaveLength(2);
  });

  it("is not renewed again where somebody did so already", async () => {
    answers = [renewed("a"), renewed("b")];
    const session = new Session();
    await session.start();
    await session.renew("a");
    expect(await session.renew("a")).toBe("b");
    expect(asked).toHaveLength(2);
  });

  it("survives a server that can not be reached", async () => {
    answers = [renewed("a", 0.4), new TypeError("Failed to fetch"), renewed("b")];
    const session = new Session();
    await session.start();
    await expect(session.accessToken()).rejects.toEqual(
      new RequestFailure("NETWORK", "The server could not be reached."),
    );
    expect(session.viewer()).toEqual(VIEWER);
    expect(await session.accessToken()).toBe("b");
  });

  it("ends the session where the server says so, and tells", async () => {
    answers = [renewed("a", 0.4), ENDED];
    const session = new Session();
    await session.start();
    const told = vi.fn();
    session.subscribe(told);
    expect(await session.accessToken()).toBeNull();
    expect(session.viewer()).toBeNull();
    expect(told).toHaveBeenCalledTimes(1);
  });
});

describe("between tabs", () => {
  class Channel extends EventTarget {
    static all: Channel[] = [];
    constructor() {
      super();
      Channel.all.push(this);
    }
    postMessage(data: unknown) {
      for (const other of Channel.all) {
        if (other !== this) other.dispatchEvent(new MessageEvent("message", { data }));
      }
    }
  }

  it("a renewal and the end of the session are shared", async () => {
    vi.stubGlobal("BroadcastChannel", Channel);
    answers = [renewed("a"), renewed("b"), { data: { logOut: { __typename: "LogOutSuccess" } } }];
    const [one, two] = [new Session(), new Session()];
    await one.start();
    expect(await two.accessToken()).toBe("a");
    await two.renew("a");
    expect(await one.accessToken()).toBe("b");
    await one.logOut();
    expect(two.viewer()).toBeNull();
    expect(asked).toHaveLength(3);
  });
});

describe("signing in", () => {
  it("passes on the server's own words", async () => {
    answers = [{ data: { logIn: { __typename: "InvalidCredentials", message: "Not right." } } }];
    expect(await new Session().logIn("operator", "x")).toEqual({
      ok: false,
      message: "Not right.",
    });
    expect(asked[0]?.variables.input).toEqual({
      username: "operator",
      password: "x",
      useCookie: true,
    });
  });

  it("knows when another account takes over", async () => {
    const other = { ...grant("b"), viewer: { id: "user-2", username: "admin" } };
    answers = [
      renewed("a", 0.4),
      ENDED,
      { data: { logIn: { __typename: "LogInSuccess", session: other } } },
    ];
    const session = new Session();
    await session.start();
    await session.accessToken();
    expect(session.isAnotherAccount()).toBe(false);
    await session.logIn("admin", "admin");
    expect(session.isAnotherAccount()).toBe(true);
  });
});
