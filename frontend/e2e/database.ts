/** A database for each worker, copied from one that is filled once for the whole run. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { hasBrowser } from "../playwright.config";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const PYTHON = `${ROOT}/.venv/bin/python`;
/** More than the list keeps at hand at once, by far. */
const JOBS = "1500";
/** The workers, which are processes of their own, read its name here. */
const FILLED = "E2E_DATABASE";

const run = promisify(execFile);

async function database(...words: string[]): Promise<void> {
  const env = { ...process.env, PYTHONPATH: ROOT };
  await run(PYTHON, ["frontend/e2e/database.py", ...words], { cwd: ROOT, env });
}

/** Before the first test. Returns what is to be done after the last. */
export default async function fill(): Promise<(() => Promise<void>) | undefined> {
  if (!hasBrowser) return undefined;
  const name = `${process.env.POSTGRES_DB}_e2e`;
  await database("drop", name);
  await database("fill", name, JOBS);
  process.env[FILLED] = name;
  return () => database("drop", name);
}

/** A copy for one worker; null where nothing was filled: then the database is POSTGRES_DB's. */
export async function copy(worker: number): Promise<string | null> {
  const filled = process.env[FILLED];
  if (!filled) return null;
  const name = `${filled}_${worker}`;
  await database("drop", name);
  await database("copy", name, filled);
  return name;
}

export async function drop(name: string): Promise<void> {
  await database("drop", name);
}
