"""The locks pin everything by hash, name no host, and hold what pyproject.toml asks for."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from backend.config.settings import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]+\])?==([^ ;\\]+)", re.MULTILINE)
LOCKS = {
    "requirements.txt": PYPROJECT["project"]["dependencies"],
    "requirements-dev.txt": [
        *PYPROJECT["project"]["dependencies"],
        *PYPROJECT["dependency-groups"]["dev"],
    ],
}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_is_asked_for(name: str) -> None:
    lock = (ROOT / "backend" / name).read_text()
    pinned: dict[str, list[str]] = {}
    for package, version in PIN.findall(lock):
        pinned.setdefault(canonicalize_name(package), []).append(version)

    for text in LOCKS[name]:
        requirement = Requirement(text)
        versions = pinned.get(canonicalize_name(requirement.name), [])
        assert [v for v in versions if requirement.specifier.contains(v)], text


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_a_hash_for_each_pin_and_names_no_host(name: str) -> None:
    lock = (ROOT / "backend" / name).read_text()

    assert "://" not in lock
    for entry in re.split(r"\n(?=[A-Za-z0-9])", lock)[1:]:
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
