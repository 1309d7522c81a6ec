// Follows the log by graphql-sse: prints each state as it comes, ends after so many.
// Comes back by itself, after the last cursor it has seen.
import { createClient } from "graphql-sse";

const [url, token, after, count] = process.argv.slice(2);
const client = createClient({
  url,
  headers: () => ({ authorization: `Bearer ${token}` }),
  retryAttempts: 100,
  retry: () => new Promise((resolve) => setTimeout(resolve, 100)),
});
const variables = { after };
const query = `subscription Follow($after: String) {
  jobStatuses(after: $after) { cursor node { state job { name } } }
}`;

let left = Number(count);
const stop = client.subscribe(
  { query, variables },
  {
    next({ data, errors }) {
      if (errors) throw new Error(JSON.stringify(errors));
      const { cursor, node } = data.jobStatuses;
      console.log(`${node.job.name} ${node.state}`);
      variables.after = cursor;
      if (--left === 0) stop();
    },
    error(problem) {
      console.error(problem);
      process.exit(1);
    },
    complete() {},
  },
);
