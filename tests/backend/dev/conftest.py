"""A machine of our own making: which servers are configured, and what Docker answers."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.config.settings import ROOT

DockerWith = Callable[[str], Path]


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DockerWith:
    """A `docker` whose answers are a shell script's; returns the file that records its calls."""

    def install(script: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        calls = tmp_path / "calls"
        calls.touch()
        program = folder / "docker"
        program.write_text(f'#!/bin/sh\necho "$*" >> "{calls}"\n{script}\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return calls

    return install


@pytest.fixture
def bare_machine(docker: DockerWith, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No server configured and no engine that answers. Returns the patch, to change it further."""
    docker("exit 1")
    for name in list(os.environ):
        if name.startswith(("POSTGRES_", "JOBTRAIL_", "DEMO_", "PORT")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(ROOT)
    return monkeypatch
