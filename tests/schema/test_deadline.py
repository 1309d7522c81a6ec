"""What takes too long is interrupted, and nothing else is."""

import asyncio
import gc
import weakref
from unittest.mock import patch

import pytest

from schema import deadline
from schema.deadline import within


async def test_what_ends_in_time_is_left_alone() -> None:
    with within(60):
        await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_what_takes_too_long_is_interrupted() -> None:
    with pytest.raises(TimeoutError), within(0.01):
        await asyncio.Event().wait()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    await asyncio.sleep(0)  # and can go on


async def test_each_has_its_own_time() -> None:
    async def work(seconds: float, takes: float) -> str:
        with within(seconds):
            await asyncio.sleep(takes)
        return "done"

    with patch.object(deadline, "EVERY", 0.01):
        found = await asyncio.gather(
            work(0.02, 60), work(60, 0.1), work(0.05, 60), work(60, 0), return_exceptions=True
        )
    assert [type(each).__name__ for each in found] == [
        "TimeoutError",
        "str",
        "TimeoutError",
        "str",
    ]


async def test_one_that_somebody_cancels_is_cancelled() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        with within(60):
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_one_that_is_cancelled_when_its_time_is_over_is_cancelled() -> None:
    async def work() -> None:
        with within(0.01):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                task.cancel()  # by somebody else, just then
                raise

    task = asyncio.create_task(work())
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_of_its_own_is_raised() -> None:
    with pytest.raises(ValueError, match="mine"), within(60):
        raise ValueError("mine")


async def test_it_looks_no_longer_than_anything_runs() -> None:
    loop = asyncio.get_running_loop()
    with patch.object(deadline, "EVERY", 0.01), patch.object(loop, "call_later") as later:
        deadline._watches.pop(loop, None)
        with within(60):
            ((_, look, *given),) = [call.args for call in later.call_args_list]
            look(*given)
            assert later.call_count == 2
        look(*given)
        assert later.call_count == 2
        with within(60):
            assert later.call_count == 3


def test_a_loop_that_is_gone_is_forgotten() -> None:
    async def work() -> None:
        with within(1):
            await asyncio.sleep(0)

    def run() -> weakref.ref[asyncio.AbstractEventLoop]:
        with asyncio.Runner() as runner:
            runner.run(work())
            return weakref.ref(runner.get_loop())

    gone = [run() for _ in range(3)]
    gc.collect()
    assert [loop() for loop in gone] == [None] * 3


def test_only_a_task_can_be_interrupted() -> None:
    async def enter() -> None:
        with within(1):
            pass

    coroutine = enter()
    with pytest.raises(RuntimeError):
        coroutine.send(None)
