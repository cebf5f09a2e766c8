"""The benchmarks: the cost of the integration in Home Assistant's event loop, compared with simple listeners.

Each case is a file in `cases/`. A case measures its variants in interleaved rounds (`frame.py`) and returns a `Result`
(`result.py`). `docs/performance.md` explains the cases.
"""
