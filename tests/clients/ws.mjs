// Follows the log by graphql-ws: prints each state as it comes, ends after so many.
// Comes back by itself, after the last cursor it has seen. Asks and changes things beside it.
import { createClient } from "graphql-ws";

const [url, token, after, count] = process.argv.slice(2);
const client = createClient({
  url: url.replace("http", "ws"),
  connectionParams: () => ({ authorization: `Bearer ${token}` }),
  keepAlive: 1000,
  shouldRetry: () => true, // also where nobody listens yet
  retryAttempts: 100,
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
});
const fail = (problem) => {
  console.error(problem);
  process.exit(1);
};

const viewer = client.iterate({ query: "{ viewer { username } }" });
for await (const { data } of viewer) console.log(data.viewer.username);

const create = `mutation { createJob(input: {name: "over the socket"}) {
  ... on CreateJobSuccess { job { name } }
} }`;
for await (const { data } of client.iterate({ query: create })) {
  console.log(data.createJob.job.name);
}

const variables = { after };
const query = `subscription Follow($after: String) {
  jobStatuses(after: $after) { cursor node { state job { name } } }
}`;
let left = Number(count);
const stop = client.subscribe(
  { query, variables },
  {
    next({ data, errors }) {
      if (errors) fail(errors);
      const { cursor, node } = data.jobStatuses;
      console.log(`${node.job.name} ${node.state}`);
      variables.after = cursor;
      if (--left === 0) stop();
    },
    error: fail,
    complete: () => client.dispose(),
  },
);
