"""The demo: a real Home Assistant records the sessions of simulated chargers, and the records are compared with the
truth.

`python -m benchmarks.demo` runs it. The building blocks (`SimulatorProcess`, `HomeAssistantProcess`, `Api`,
`set_up_household`, `compare`) are also used by the end-to-end tests.
"""
