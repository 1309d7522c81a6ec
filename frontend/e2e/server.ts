/** The real backend, started and stopped as a test wishes, on the database that the run brought. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const JOBS = "2500";
const SLOWEST_START_MS = 60_000;
const POLL_MS = 100;

export class Server {
  private process: ChildProcess | null = null;

  private constructor(private readonly port: number) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts a server on a free port, with demo jobs where the database is empty. */
  static async create(): Promise<Server> {
    if (!existsSync(`${ROOT}/frontend/dist/index.html`)) {
      throw new Error("The client is not built: npm run build");
    }
    const server = new Server(await freePort());
    await server.start();
    return server;
  }

  /** Starts, on the same port as before, and waits until it answers. */
  async start(): Promise<void> {
    const started = spawn(`${ROOT}/.venv/bin/python`, ["-m", "backend.dev.serve"], {
      cwd: ROOT,
      env: { ...process.env, PORT: String(this.port), DEMO_JOBS: process.env.DEMO_JOBS ?? JOBS },
      stdio: ["ignore", "ignore", "inherit"],
    });
    this.process = started;
    const deadline = Date.now() + SLOWEST_START_MS;
    while (!(await this.answers())) {
      if (started.exitCode !== null || Date.now() > deadline) {
        throw new Error("The backend did not start.");
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
