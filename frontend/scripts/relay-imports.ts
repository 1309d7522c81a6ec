// A Vite plugin: takes each hook of react-relay from its own file. The package's front door is one
// object that holds them all, of which no bundler can leave anything out or load it later.
import type { Plugin } from "vite";

const IMPORT = /import\s*\{([^}]*)\}\s*from\s*["']react-relay["'];?/g;
const OF_THE_RUNTIME = new Set(["commitMutation", "fetchQuery", "graphql"]);

function importOne(name: string): string {
  return OF_THE_RUNTIME.has(name)
    ? `import { ${name} } from "relay-runtime";`
    : `import ${name} from "react-relay/lib/relay-hooks/${name}.js";`;
}

export function relayImports(): Plugin {
  return {
    name: "relay-imports",
    transform(code, id) {
      if (id.includes("node_modules") || !code.includes("react-relay")) return null;
      return code.replace(IMPORT, (_, names: string) =>
        names
          .split(",")
          .map((name) => name.trim())
          .filter(Boolean)
          .map(importOne)
          .join(" "),
      );
    },
  };
}
