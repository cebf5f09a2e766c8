"""The benchmarks: what the integration costs Home Assistant's event loop, beside listeners that do nothing or too much.

Every case is a file in `cases/`. A case measures its variants in interleaved rounds (`frame.py`) and says what came
out as a `Result` (`result.py`); `docs/performance.md` says what each of them means.
"""
