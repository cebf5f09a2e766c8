"""`python -m benchmarks.simulator`: the simulator as a separate process."""

import argparse
import asyncio
import json
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from .clock import HouseClock
from .config import ConfigError, load_scenario
from .scenario import Scenario
from .simulator import Simulator
from .two_chargers import demo_garage


def main() -> int:
    """Run until SIGINT or SIGTERM; print one JSON line with the ports when ready.

    Returns 2 for an invalid configuration or a port that is in use.
    """
    options = _parser().parse_args()
    try:
        asyncio.run(_serve(options))
    except (ConfigError, OSError) as fault:
        print(f"simulator: {fault}", file=sys.stderr)
        return 2
    return 0


async def _serve(options: argparse.Namespace) -> None:
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, over.set)
    simulator = Simulator(
        _scenario(options),
        seed=options.seed,
        clock=_clock(options),
        hertz=options.hertz,
        wait_for_clients=options.wait_for_clients,
        truth_file=options.truth,
        control_port=options.control_port,
    )
    async with simulator:
        print(json.dumps(simulator.ready_line()), flush=True)
        if options.start:
            simulator.start()
        await over.wait()


def _scenario(options: argparse.Namespace) -> Scenario:
    scenario = _base_scenario(options)
    if options.flood is not None:
        flooded = tuple(replace(each, flood=options.flood) for each in scenario.chargers)
        scenario = replace(scenario, chargers=flooded)
    return scenario


def _base_scenario(options: argparse.Namespace) -> Scenario:
    if options.config:
        return load_scenario(options.config)
    return demo_garage(options.seed, password=options.password)


def _clock(options: argparse.Namespace) -> HouseClock:
    wall = options.wall_origin
    if wall is None:
        wall = time.time()
    house = options.clock_origin
    if house is None:
        house = wall
    return HouseClock(house, wall, options.speed)


def _above_zero(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "benchmarks.simulator", description="Simulate go-e chargers with cars and drivers, in fast motion."
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--scenario", choices=["garage"], default="garage")
    source.add_argument("--config", type=Path, help="a scenario as JSON")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--password", default="simulator", help="password of the chargers of --scenario")
    parser.add_argument("--speed", type=_above_zero, default=1.0, help="house seconds per elapsed second")
    parser.add_argument("--clock-origin", type=float, help="house time (epoch seconds) at --wall-origin; default: now")
    parser.add_argument("--wall-origin", type=float, help="wall time (epoch seconds) of --clock-origin; default: now")
    parser.add_argument("--hertz", type=_above_zero, default=4.0, help="samples per elapsed second while power flows")
    parser.add_argument("--flood", type=float, help="deltas per elapsed second of each charger, at all times")
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--truth", type=Path, help="append a JSON line per finished session to this file")
    start = parser.add_mutually_exclusive_group()
    start.add_argument(
        "--wait-for-clients", action="store_true", help="start the visits when each charger has a client"
    )
    start.add_argument("--start", action="store_true", help="start the visits immediately")
    return parser


if __name__ == "__main__":
    sys.exit(main())
