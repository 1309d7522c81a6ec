// PostGraphile over Jobtrail's tables, as its documentation sets one up, for production.
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

const { env } = process;

export default {
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
  pgServices: [
    makePgService({
      connectionString:
        `postgresql://${env.POSTGRES_USER}@/${env.POSTGRES_DB}` +
        `?host=${env.POSTGRES_HOST}&port=${env.POSTGRES_PORT}`,
      schemas: ["public", "bench"],
      poolConfig: { max: 16 },
    }),
  ],
  grafast: { explain: false },
  grafserv: { graphiql: false, watch: false },
};
