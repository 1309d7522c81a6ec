"""Documents that are known by the digest of their text, so that a client need not send it.

A manifest lists them: a JSON object of texts by their SHA-256 in hexadecimal digits, such as the
dashboard's build writes. Where nothing else is accepted, nobody can ask what no client of ours
asks.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

import orjson
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from backend.web.refusals import Refusal

PREFIX: Final = "sha256:"  # as GraphQL over HTTP writes it; without it is understood as well


def text_of(document_id: str) -> str:
    """The document with that id. Raises Refusal, 404, where it is not known."""
    text = _documents().get(document_id.removeprefix(PREFIX))
    if text is None:
        msg = "No document with this id is known here: send the document itself."
        raise Refusal(404, "DOCUMENT_NOT_FOUND", msg)
    return text


def require_trusted(text: str) -> None:
    """Refuse a document that is not in the manifest, where the settings say so: 403."""
    if settings.TRUSTED_DOCUMENTS_ONLY and text not in _texts():
        raise Refusal(403, "DOCUMENT_NOT_TRUSTED", "Only documents of the manifest are run here.")


@cache
def _documents() -> dict[str, str]:
    """The manifest; read once, and refused as a whole where an id is not the digest of its text."""
    path = Path(settings.TRUSTED_DOCUMENTS)
    if not path.is_file():
        if settings.TRUSTED_DOCUMENTS_ONLY:
            msg = f"JOBTRAIL_TRUSTED_DOCUMENTS: there is no file {path}"
            raise ImproperlyConfigured(msg)
        return {}
    found: dict[str, str] = orjson.loads(path.read_bytes())
    for digest, text in found.items():
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            msg = f"{path}: {digest} is not the SHA-256 of its document"
            raise ImproperlyConfigured(msg)
    return found


@cache
def _texts() -> frozenset[str]:
    return frozenset(_documents().values())
