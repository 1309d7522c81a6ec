// The visitor's session: a short-lived access token in memory, and a refresh token that only the
// browser sees, in a cookie.

const LOG_IN = `mutation LogIn($input: LogInInput!) {
  logIn(input: $input) {
    __typename
    ... on LogInSuccess { session { accessToken expiresAt viewer { username } } }
    ... on UserError { message }
  }
}`;

const REFRESH = `mutation RefreshSession {
  refreshSession(input: {}) {
    __typename
    ... on RefreshSessionSuccess { session { accessToken expiresAt viewer { username } } }
    ... on UserError { message }
  }
}`;

const LOG_OUT = `mutation LogOut {
  logOut(input: {}) { __typename }
}`;

const REMEMBERED = "jobtrail:session";
const EARLY = 60_000; // milliseconds before it expires, the token is renewed

/** Sends one GraphQL request and returns the response as it came. */
export async function send(parameters, headers = {}) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json;q=0.9",
      ...headers,
    },
    body: JSON.stringify(parameters),
  });
  return response.json();
}

/** One session at a time; calls `changed` whenever it begins or ends. */
export class Session {
  #token = null;
  #timer = null;
  #changed;
  username = null;

  constructor(changed) {
    this.#changed = changed;
  }

  /** Headers that make a request the visitor's. */
  get headers() {
    return this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
  }

  /** Signs in; throws an Error whose message is for the visitor. */
  async signIn(username, password) {
    const input = { username, password, useCookie: true };
    this.#begin(await answer(LOG_IN, "logIn", { input }));
  }

  /** Takes up the session of an earlier visit, where there is one. */
  async restore() {
    if (recall() && !(await this.renew())) this.#end();
  }

  /** Fetches a fresh access token; false where the session is over. */
  async renew() {
    try {
      // A refresh token serves once: two tabs must not spend the same one.
      const renewal = () => answer(REFRESH, "refreshSession");
      const locks = navigator.locks;
      this.#begin(await (locks ? locks.request(REMEMBERED, renewal) : renewal()));
      return true;
    } catch {
      return false;
    }
  }

  /** Ends the session, here and on the server. */
  async signOut() {
    await send({ query: LOG_OUT }, this.headers).catch(() => undefined);
    this.#end();
  }

  #begin({ accessToken, expiresAt, viewer }) {
    this.#token = accessToken;
    clearTimeout(this.#timer);
    const left = Date.parse(expiresAt) - Date.now() - EARLY;
    this.#timer = setTimeout(async () => {
      if (!(await this.renew())) this.#end();
    }, Math.max(left, 1000));
    remember(true);
    if (this.username !== viewer.username) {
      this.username = viewer.username;
      this.#changed();
    }
  }

  #end() {
    clearTimeout(this.#timer);
    this.#token = null;
    this.username = null;
    remember(false);
    this.#changed();
  }
}

async function answer(query, field, variables) {
  const { data, errors } = await send({ query, variables });
  const result = data?.[field];
  if (result?.session) return result.session;
  throw new Error(result?.message ?? errors?.[0]?.message ?? "The server did not answer.");
}

// Only whether there is a session to take up, so that strangers do not ask for one in vain.
function remember(there) {
  try {
    if (there) localStorage.setItem(REMEMBERED, "1");
    else localStorage.removeItem(REMEMBERED);
  } catch {
    // Storage can be switched off; then the next visit starts signed out.
  }
}

function recall() {
  try {
    return localStorage.getItem(REMEMBERED) !== null;
  } catch {
    return false;
  }
}
