"""Pools of wires: who is served when, and what becomes of wires that break."""

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from backend.database import wires as pools
from backend.database.parameters import parameters as connecting
from backend.database.wires import Wires
from tests.backend.database.conftest import OpenWire, pid, scalar, until

pytestmark = pytest.mark.postgres

Pool = Callable[[int], Wires]
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"


async def asked(wires: Wires, text: str, *values: Any) -> Any:
    """Take a wire, ask, and give it back."""
    wire = await wires.take()
    try:
        return await scalar(wire, text, *values)
    finally:
        wires.give_back(wire)


async def gone(task: asyncio.Future[Any]) -> None:
    """Cancel it, and wait for its end."""
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def turns() -> None:
    """Let everybody go as far as they come by themselves."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_wires_are_opened_as_they_are_wanted(pool: Pool, open_wire: OpenWire) -> None:
    wires, watch = pool(3), await open_wire(application_name="watch")
    assert await scalar(watch, CONNECTIONS, pools.APPLICATION) == 0
    first = await wires.take()
    assert await scalar(watch, CONNECTIONS, pools.APPLICATION) == 1
    wires.give_back(first)
    assert await wires.take() is first
    second = await wires.take()
    assert second is not first
    assert await scalar(watch, CONNECTIONS, pools.APPLICATION) == 2
    wires.give_back(first)
    wires.give_back(second)
    assert await wires.take() is second  # the one used last


async def test_two_wires_serve_twenty_in_the_order_of_their_coming(
    pool: Pool, open_wire: OpenWire
) -> None:
    wires, watch = pool(2), await open_wire(application_name="watch")
    most, served = 0, []

    async def ask(number: int) -> int:
        wire = await wires.take()
        served.append(number)
        try:
            answer: int = await scalar(wire, "SELECT %s::int FROM pg_sleep(0.005)", number)
        finally:
            wires.give_back(wire)
        return answer

    for wire in [await wires.take() for _ in range(2)]:  # whoever connects may be overtaken
        wires.give_back(wire)
    tasks = [asyncio.ensure_future(ask(number)) for number in range(20)]
    while not all(task.done() for task in tasks):
        most = max(most, await scalar(watch, CONNECTIONS, pools.APPLICATION))
    assert [task.result() for task in tasks] == list(range(20))
    assert served == list(range(20))
    assert most == 2


async def test_a_wire_left_busy_is_given_to_nobody_until_it_is_free(pool: Pool) -> None:
    wires = pool(1)
    left = asyncio.ensure_future(asked(wires, "SELECT 'old' FROM pg_sleep(0.3)"))
    await until(lambda: any(wire.is_busy for wire in wires._all))
    await gone(left)
    began = asyncio.get_running_loop().time()
    others = [asked(wires, "SELECT %s::text", f"new {number}") for number in range(3)]
    assert await asyncio.gather(*others) == ["new 0", "new 1", "new 2"]
    assert 0.1 < asyncio.get_running_loop().time() - began < 5
    assert len(wires._all) == 1


async def test_an_idle_wire_that_breaks_is_replaced(pool: Pool, open_wire: OpenWire) -> None:
    wires, killer = pool(1), await open_wire()
    wire = await wires.take()
    before = await pid(wire)
    wires.give_back(wire)
    assert await scalar(killer, "SELECT pg_terminate_backend(%s)", before) is True
    await until(lambda: not wire.is_open)
    after = await asked(wires, "SELECT pg_backend_pid()")
    assert after != before
    assert await asked(wires, "SELECT pg_backend_pid()") == after


async def test_a_wire_that_breaks_fails_one_and_no_other(pool: Pool, open_wire: OpenWire) -> None:
    wires, killer = pool(1), await open_wire()
    before = await asked(wires, "SELECT pg_backend_pid()")
    under_way = asyncio.ensure_future(asked(wires, "SELECT pg_sleep(20)"))
    waiting = asyncio.ensure_future(asked(wires, "SELECT 'waited'"))
    await until(lambda: any(wire.is_busy for wire in wires._all))
    assert await scalar(killer, "SELECT pg_terminate_backend(%s)", before) is True
    with pytest.raises(psycopg.OperationalError):
        await under_way
    assert await waiting == "waited"
    assert await asked(wires, "SELECT 'after'") == "after"
    assert len(wires._all) == wires._open == 1


async def test_an_end_that_the_loop_does_not_tell_of_is_noticed(
    pool: Pool, open_wire: OpenWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As uvloop does of a socket that was reset."""
    monkeypatch.setattr(pools, "LOOK", 0.05)
    wires, other = pool(1), await open_wire()
    wire = await wires.take()
    asking = asyncio.ensure_future(scalar(wire, "SELECT pg_sleep(20)"))
    await turns()
    asyncio.get_running_loop().remove_reader(wire._socket)
    await scalar(other, "SELECT pg_terminate_backend(%s::int)", wire._pg.backend_pid)
    with pytest.raises(psycopg.OperationalError):
        async with asyncio.timeout(5):
            await asking
    wires.give_back(wire)
    assert await asked(wires, "SELECT 1::int") == 1


async def test_a_busy_wire_that_breaks_when_nobody_waits_for_it_is_replaced(
    pool: Pool, open_wire: OpenWire
) -> None:
    wires, killer = pool(1), await open_wire()
    before = await asked(wires, "SELECT pg_backend_pid()")
    left = asyncio.ensure_future(asked(wires, "SELECT pg_sleep(20)"))
    await until(lambda: any(wire.is_busy for wire in wires._all))
    await gone(left)
    waiting = asyncio.ensure_future(asked(wires, "SELECT pg_backend_pid()"))
    await turns()
    assert await scalar(killer, "SELECT pg_terminate_backend(%s)", before) is True
    assert await waiting != before
    assert wires._open == 1


async def test_who_is_cancelled_while_waiting_takes_no_wire_along(pool: Pool) -> None:
    wires = pool(1)
    wire = await wires.take()
    early, late = (asyncio.ensure_future(wires.take()) for _ in range(2))
    await turns()
    await gone(early)
    wires.give_back(wire)
    assert await asyncio.wait_for(late, 5) is wire


async def test_who_is_cancelled_with_a_wire_on_its_way_passes_it_on(pool: Pool) -> None:
    wires = pool(1)
    wire = await wires.take()
    early, late = (asyncio.ensure_future(wires.take()) for _ in range(2))
    await turns()
    wires.give_back(wire)
    await gone(early)
    assert await asyncio.wait_for(late, 5) is wire
    alone = asyncio.ensure_future(wires.take())
    await turns()
    wires.give_back(wire)
    await gone(alone)
    assert await asyncio.wait_for(wires.take(), 5) is wire


async def test_who_is_cancelled_with_leave_to_connect_passes_it_on(pool: Pool) -> None:
    wires = pool(1)
    wire = await wires.take()
    early, late = (asyncio.ensure_future(wires.take()) for _ in range(2))
    await turns()
    wire.close()
    wires.give_back(wire)
    await gone(early)
    assert await scalar(await asyncio.wait_for(late, 5), "SELECT 1") == 1


async def test_who_is_cancelled_while_connecting_makes_room(pool: Pool) -> None:
    wires = pool(1)
    early, late = (asyncio.ensure_future(wires.take()) for _ in range(2))
    await asyncio.sleep(0)
    await gone(early)
    assert await scalar(await asyncio.wait_for(late, 5), "SELECT 1") == 1
    assert len(wires._all) == wires._open == 1


async def test_where_nothing_can_be_connected_all_are_told(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    wires, parameters = pool(2), connecting(pools.APPLICATION)
    wrong = {**parameters, "host": "127.0.0.1", "port": 1}
    with monkeypatch.context() as patch:
        patch.setattr(pools, "parameters", lambda *_: wrong)
        async with asyncio.timeout(10):
            outcomes = await asyncio.gather(
                *[asked(wires, "SELECT 1") for _ in range(6)], return_exceptions=True
            )
    assert [type(outcome) for outcome in outcomes] == [psycopg.OperationalError] * 6
    assert await asked(wires, "SELECT 'back'") == "back"


async def test_closed_wires_are_opened_anew(pool: Pool) -> None:
    wires = pool(2)
    held, idle = await wires.take(), await wires.take()
    wires.give_back(idle)
    wires.close()
    with pytest.raises(psycopg.OperationalError):
        await scalar(held, "SELECT 1")
    wires.give_back(held)
    assert await asyncio.gather(*[asked(wires, "SELECT 1") for _ in range(4)]) == [1] * 4
    assert wires._open == 2


async def test_nobody_gets_the_answer_of_another(pool: Pool) -> None:
    """However many give up, at whatever moment."""
    wires = pool(2)

    async def ask(number: int) -> tuple[int, int]:
        text = "SELECT %s::int FROM pg_sleep(%s)" if number % 3 else "SELECT %s::int + 0 * %s::int"
        return number, await asked(wires, text, number, number % 5 / 1_000)

    tasks = [asyncio.ensure_future(ask(number)) for number in range(120)]
    for number, task in enumerate(tasks):
        if number % 4 == 0:
            await asyncio.sleep(0.0005)
            task.cancel()
    async with asyncio.timeout(20):
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    answered = [outcome for outcome in outcomes if isinstance(outcome, tuple)]
    assert len(answered) >= 90
    assert all(number == answer for number, answer in answered)
    assert await asked(wires, "SELECT 'after'") == "after"
    assert len(wires._all) == wires._open <= 2


async def test_no_statement_holds_a_wire_for_longer_than_anybody_waits(pool: Pool) -> None:
    wire = await pool(1).take()
    assert await scalar(wire, "SHOW statement_timeout") == "20s"
    assert await scalar(wire, "SHOW plan_cache_mode") == "auto"


async def test_wires_have_options_of_their_own(django_db_setup: None) -> None:
    wires = Wires(1, options="-c plan_cache_mode=force_custom_plan")
    wire = await wires.take()
    assert await scalar(wire, "SHOW plan_cache_mode") == "force_custom_plan"
    assert await scalar(wire, "SHOW statement_timeout") == "20s"
    wires.close()
