// Fails when what a browser must load before the first page outgrows its budget.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const KILOBYTE = 1000;
const BUDGET = {
  "JavaScript, gzip": 230 * KILOBYTE,
  "JavaScript, brotli": 175 * KILOBYTE,
  "CSS, gzip": 20 * KILOBYTE,
};

// index.html names the entry, its preloaded chunks and its style sheets; the rest comes on demand.
const html = readFileSync("dist/index.html", "utf8");
const assets = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((m) => m[1]);

// The first page is the list: its own chunk counts as well.
const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const FIRST_ROUTES = /src\/routes\/(__root|_signedIn|_signedIn\/jobs(\/|\.)index)\.tsx/;
const initial = new Set(assets);
function add(key) {
  const chunk = manifest[key];
  if (!chunk || initial.has(chunk.file)) return;
  initial.add(chunk.file);
  for (const css of chunk.css ?? []) initial.add(css);
  for (const imported of chunk.imports ?? []) add(imported);
}
for (const key of Object.keys(manifest)) if (FIRST_ROUTES.test(key)) add(key);

const sizes = { "JavaScript, gzip": 0, "JavaScript, brotli": 0, "CSS, gzip": 0 };
for (const asset of initial) {
  const content = readFileSync(join("dist", asset));
  if (asset.endsWith(".css")) sizes["CSS, gzip"] += gzipSync(content, { level: 9 }).length;
  else {
    sizes["JavaScript, gzip"] += gzipSync(content, { level: 9 }).length;
    sizes["JavaScript, brotli"] += brotliCompressSync(content).length;
  }
}

for (const [name, size] of Object.entries(sizes)) {
  const verdict = size < BUDGET[name] ? "ok" : "OVER BUDGET";
  process.stdout.write(
    `${name}: ${(size / KILOBYTE).toFixed(1)} kB of ${BUDGET[name] / KILOBYTE} kB, ${verdict}\n`,
  );
  if (size >= BUDGET[name]) process.exitCode = 1;
}
