// GraphiQL below a bar that signs the visitor in; every request then carries the access token.

import { Session, send } from "./session.js";

const { React, ReactDOM, GraphiQL } = globalThis;
const data = (id) => JSON.parse(document.getElementById(id).textContent);
const find = (selector) => document.querySelector(selector);

const form = find(".bar-sign-in");
const hint = find(".bar-hint");
const signedIn = find(".bar-signed-in");
const message = find(".bar-message");
const root = ReactDOM.createRoot(find("#graphiql"));
const session = new Session(show);

/** Draws the bar and GraphiQL for whoever is signed in now. */
function show() {
  const name = session.username;
  form.hidden = name !== null;
  signedIn.hidden = name === null;
  find(".bar-signed-in strong").textContent = name ?? "";
  // A new fetcher makes GraphiQL read the schema again, which may differ for another visitor.
  const fetcher = (parameters, options) => run(parameters, options?.headers);
  root.render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultTabs: data("examples"),
      defaultEditorToolsVisibility: "variables",
      shouldPersistHeaders: false,
    }),
  );
}

/** Runs one operation as the visitor, and once more where the token had expired. */
async function run(parameters, headers = {}) {
  const result = await send(parameters, { ...session.headers, ...headers });
  const refused = result.errors?.some((error) => error.extensions?.code === "UNAUTHENTICATED");
  if (refused && session.username && !headers.Authorization && (await session.renew())) {
    return send(parameters, { ...session.headers, ...headers });
  }
  return result;
}

function say(text) {
  message.textContent = text;
  message.hidden = text === "";
}

async function signIn(username, password) {
  say("");
  const button = form.querySelector("button:not([type])");
  button.disabled = true;
  try {
    await session.signIn(username, password);
    form.reset();
  } catch (error) {
    say(error.message);
  } finally {
    button.disabled = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(form.elements.username.value, form.elements.password.value);
});

signedIn.querySelector("button").addEventListener("click", () => session.signOut());

for (const account of data("accounts")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "bar-account";
  button.textContent = account;
  button.title = `Sign in as ${account}; the password is ${account}`;
  button.addEventListener("click", () => signIn(account, account));
  hint.append(button);
  hint.hidden = false;
}

await session.restore();
show();
