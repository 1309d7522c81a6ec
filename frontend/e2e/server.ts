/** The real backend, as it is served in production, started and stopped as a test wishes. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { PYTHON, ROOT } from "./database";

const SLOWEST_START_MS = 60_000;
const POLL_MS = 50;
const LONGEST_LOG = 10_000;
const COMMAND = [
  ...["-m", "uvicorn", "backend.config.asgi:application", "--host", "127.0.0.1"],
  ...["--loop", "uvloop", "--http", "httptools", "--log-level", "warning"],
  ...["--no-access-log", "--no-proxy-headers", "--timeout-graceful-shutdown", "1"],
];

export class Server {
  private process: ChildProcess | null = null;

  private constructor(
    private readonly port: number,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts a server on a free port and on that database, or on the one that POSTGRES_DB names. */
  static async create(database: string | null): Promise<Server> {
    if (!existsSync(`${ROOT}/frontend/dist/index.html`)) {
      throw new Error("The client is not built: npm run build");
    }
    const environment = database ? { ...process.env, POSTGRES_DB: database } : process.env;
    const server = new Server(await freePort(), environment);
    await server.start();
    return server;
  }

  /** Starts, on the same port as before, and waits until it answers. */
  async start(): Promise<void> {
    const started = spawn(PYTHON, [...COMMAND, "--port", String(this.port)], {
      cwd: ROOT,
      env: this.environment,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.process = started;
    let said = "";
    started.stderr?.on("data", (words) => {
      said = (said + words).slice(-LONGEST_LOG);
    });
    const deadline = Date.now() + SLOWEST_START_MS;
    while (!(await this.answers())) {
      if (started.exitCode !== null || Date.now() > deadline) {
        throw new Error(`The backend did not start.\n${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Ends the server; nothing answers on its port any more. */
  async stop(): Promise<void> {
    const stopping = this.process;
    this.process = null;
    if (!stopping || stopping.exitCode !== null) return;
    const ended = new Promise((resolve) => stopping.once("exit", resolve));
    stopping.kill("SIGTERM");
    await ended;
  }

  private async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/healthz`)).ok;
    } catch {
      return false;
    }
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
