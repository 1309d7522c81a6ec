"""The page for people: there in a browser when switched on, and made of our own files alone."""

import hashlib
import json
import re
from pathlib import Path

import httpx
import pytest
from django.conf import LazySettings
from graphql import build_schema, parse, validate
from graphql.execution.values import get_variable_values
from graphql.language import OperationDefinitionNode

from backend.web import graphiql
from tests.backend.web.conftest import client_of

ROOT = Path(__file__).parents[3]
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(autouse=True)
def _switched_on(settings: LazySettings) -> None:
    settings.GRAPHIQL = True
    settings.PRODUCTION = False


async def test_browsers_get_the_page(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", headers=BROWSER)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Content-Security-Policy"] == graphiql.POLICY
    assert "Accept" in response.headers["Vary"]
    assert "unsafe-eval" not in graphiql.POLICY
    assert "script-src 'self';" in graphiql.POLICY


async def test_browsers_that_bring_a_query_get_its_answer(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql?query={hello}", headers=BROWSER)
    assert response.json() == {"data": {"hello": "world"}}


async def test_scripts_get_no_page(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql")
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


async def test_everything_the_page_loads_is_served(client: httpx.AsyncClient) -> None:
    html = (await client.get("/graphql", headers=BROWSER)).text
    files = re.findall(r'(?:src|href)="([^"]+\.(?:js|css))"', html)
    assert len(files) == 6
    for file in [*files, "/static/graphiql/session.js"]:
        assert file.startswith("/static/graphiql/")
        assert (await client.get(file)).status_code == 200
    assert "http:" not in html
    assert "https:" not in html
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))", html)


async def test_switched_off_there_is_no_page_and_no_file(settings: LazySettings) -> None:
    settings.GRAPHIQL = False
    async with client_of() as client:
        for accept in (BROWSER["Accept"], "text/html"):
            response = await client.get("/graphql", headers={"Accept": accept})
            assert response.status_code == 406
            assert response.json()["errors"][0]["extensions"] == {"code": "NOT_ACCEPTABLE"}
        assert (await client.get("/static/graphiql/graphiql.min.js")).status_code == 404


async def test_accounts_are_offered_in_development_only(
    client: httpx.AsyncClient, settings: LazySettings
) -> None:
    for production, accounts in ((False, ["viewer", "operator", "admin"]), (True, [])):
        settings.PRODUCTION = production
        html = (await client.get("/graphql", headers=BROWSER)).text
        found = re.search(r'<script id="accounts" type="application/json">(.*?)</script>', html)
        assert found is not None
        assert json.loads(found[1]) == accounts


def test_the_examples_fit_the_schema() -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text())
    assert len(graphiql.examples()) == 5
    for example in graphiql.examples():
        document = parse(example["query"])
        assert validate(schema, document) == []
        (operation,) = document.definitions
        assert isinstance(operation, OperationDefinitionNode)
        variables = json.loads(example["variables"] or "{}")
        definitions = operation.variable_definitions or ()
        assert {name.variable.name.value for name in definitions} == set(variables)
        assert not isinstance(get_variable_values(schema, definitions, variables), list)


def test_the_files_of_others_are_the_ones_listed() -> None:
    listing = (graphiql.HERE / "vendor" / "VENDORED.md").read_text()
    listed = dict(re.findall(r"^\| (\S+) \|.* \| ([0-9a-f]{64}) \|$", listing, re.MULTILINE))
    folder = graphiql.HERE / "vendor" / "graphiql"
    assert listed == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()
    }
