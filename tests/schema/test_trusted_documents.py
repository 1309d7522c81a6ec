"""Documents named by their digest: the same answers as if they were sent, and no others if so set."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from backend.web import trusted_documents
from tests.api import Api

TEXT = "{ lifecycle { state } }"
ID = hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.fixture(autouse=True)
def manifest(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A manifest of one document."""
    path = tmp_path / "documents.json"
    path.write_text(json.dumps({ID: TEXT}))
    settings.TRUSTED_DOCUMENTS = str(path)
    _forget()
    yield path
    _forget()


def _forget() -> None:
    trusted_documents._documents.cache_clear()
    trusted_documents._texts.cache_clear()


def answered(api: Api, body: dict[str, Any]) -> tuple[int, Any]:
    response = api.post(body)
    answer = response.json()
    codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
    return response.status_code, codes or answer["data"]


@pytest.mark.parametrize("name", [ID, f"sha256:{ID}"], ids=["bare", "prefixed"])
def test_a_document_is_run_by_its_id(anyone: Api, name: str) -> None:
    assert answered(anyone, {"documentId": name}) == answered(anyone, {"query": TEXT})
    assert answered(anyone, {"documentId": name})[0] == 200


def test_a_document_is_run_by_its_id_by_get(anyone: Api) -> None:
    response = anyone.client.get("/graphql", {"documentId": ID}, headers={"accept": "*/*"})
    assert response.status_code == 200
    assert len(response.json()["data"]["lifecycle"]) == 5


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"documentId": "0" * 64}, (404, ["DOCUMENT_NOT_FOUND"])),
        ({"documentId": ID.upper()}, (404, ["DOCUMENT_NOT_FOUND"])),
        ({"documentId": ""}, (404, ["DOCUMENT_NOT_FOUND"])),
        ({"documentId": 7}, (400, ["BAD_REQUEST"])),
        ({"documentId": ID, "query": TEXT}, (400, ["BAD_REQUEST"])),
    ],
    ids=["unknown", "capitals", "empty", "a number", "both"],
)
def test_what_names_no_document_is_refused(
    anyone: Api, body: dict[str, Any], refused: tuple[int, list[str]]
) -> None:
    response = anyone.post(body, accept="application/graphql-response+json")
    codes = [error["extensions"]["code"] for error in response.json()["errors"]]
    assert (response.status_code, codes) == refused


def test_nothing_else_is_run_where_the_settings_say_so(anyone: Api, settings: Settings) -> None:
    settings.TRUSTED_DOCUMENTS_ONLY = True
    assert answered(anyone, {"query": "{ __typename }"}) == (403, ["DOCUMENT_NOT_TRUSTED"])
    assert answered(anyone, {"query": TEXT})[0] == 200
    assert answered(anyone, {"documentId": ID})[0] == 200


def test_a_manifest_whose_ids_are_no_digests_is_refused(manifest: Path) -> None:
    manifest.write_text(json.dumps({"0" * 64: TEXT}))
    with pytest.raises(ImproperlyConfigured, match="is not the SHA-256 of its document"):
        trusted_documents.text_of("0" * 64)


def test_a_manifest_must_be_there_where_nothing_else_is_run(
    manifest: Path, settings: Settings
) -> None:
    manifest.unlink()
    settings.TRUSTED_DOCUMENTS_ONLY = True
    with pytest.raises(ImproperlyConfigured, match="there is no file"):
        trusted_documents.require_trusted(TEXT)
