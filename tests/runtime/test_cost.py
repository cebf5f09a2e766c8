"""The memory of a pipeline: many chargers run on small computers."""

import tracemalloc

import anyio

from .support import pipeline, run, tally, until


def test_a_pipeline_of_seven_actors_takes_less_than_100_kib() -> None:
    async def main() -> float:
        warm = pipeline([tally(f"t{n}") for n in range(7)])
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(warm.run)
            await until(lambda: warm.health().status == "running")
            await warm.drain(5)
            supervisors = []
            tracemalloc.start()
            before, _ = tracemalloc.get_traced_memory()
            for _ in range(10):
                supervisors.append(pipeline([tally(f"t{n}") for n in range(7)]))
                tasks.start_soon(supervisors[-1].run)
            await anyio.sleep(0.05)
            after, _ = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            for supervisor in supervisors:
                await supervisor.drain(5)
        return (after - before) / 10 / 1024

    assert run("asyncio", main) < 100
