// Runs every server audit against the URL given, with the Authorization given if any, and prints
// [{id, name, status, reason}] as JSON.
import { serverAudits } from "graphql-http";

const [url, authorization] = process.argv.slice(2);
const fetchFn = (input, init = {}) =>
  fetch(input, {
    ...init,
    headers: { ...init.headers, ...(authorization ? { Authorization: authorization } : {}) },
  });
const results = [];
for (const audit of serverAudits({ url, fetchFn })) {
  const { id, name, status, reason } = await audit.fn();
  results.push({ id, name, status, reason });
}
console.log(JSON.stringify(results));
