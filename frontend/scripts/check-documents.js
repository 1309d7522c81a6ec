// Fails where the manifest of trusted documents and the compiled operations do not say the same.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ID = /"id": "([0-9a-f]{64})"/;

const manifest = JSON.parse(readFileSync("trusted-documents.json", "utf8"));
const troubles = [];

const used = new Set();
for (const entry of readdirSync("src", { recursive: true, withFileTypes: true })) {
  if (!entry.name.endsWith(".graphql.ts")) continue;
  const artifact = readFileSync(join(entry.parentPath, entry.name), "utf8");
  const [, id] = ID.exec(artifact) ?? [];
  if (id) used.add(id);
  if (id && !(id in manifest)) troubles.push(`${entry.name} is missing.`);
}
for (const [id, text] of Object.entries(manifest)) {
  const name = text.split(/[\s({]/, 2).join(" ");
  if (!used.has(id)) troubles.push(`Nothing sends ${name} (${id}).`);
  if (createHash("sha256").update(text).digest("hex") !== id) {
    troubles.push(`The id of ${name} (${id}) is not the SHA-256 of its text.`);
  }
}

if (troubles.length > 0) {
  process.stderr.write(
    `trusted-documents.json is out of date: npm run relay\n${troubles.join("\n")}\n`,
  );
  process.exitCode = 1;
}
