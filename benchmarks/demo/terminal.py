"""Output and input at the terminal."""

import asyncio
import os
import sys


class Terminal:
    """Prints each line immediately, even if the output is a pipe. Lines wait while a question is open."""

    def __init__(self) -> None:
        self._asking = False
        self._waiting: list[str] = []

    def say(self, line: str) -> None:
        """Print a line."""
        if self._asking:
            self._waiting.append(line)
        else:
            print(line, flush=True)

    @property
    def listens(self) -> bool:
        """Whether a person can be asked."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    async def ask(self, question: str) -> str:
        """Return the entered line without surrounding blanks. Raises EOFError if the input ended.

        It may be cancelled if the answer came another way.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str] = loop.create_future()
        keyboard = sys.stdin.fileno()
        print(question, end=" ", flush=True)
        self._asking = True
        loop.add_reader(keyboard, _read, keyboard, answer)
        try:
            return (await answer).strip()
        except asyncio.CancelledError:
            print(flush=True)
            raise
        finally:
            loop.remove_reader(keyboard)
            self._go_on()

    def _go_on(self) -> None:
        self._asking = False
        waiting, self._waiting = self._waiting, []
        for line in waiting:
            self.say(line)


def _read(keyboard: int, answer: "asyncio.Future[str]") -> None:
    """A terminal delivers whole lines."""
    if answer.done():
        return
    typed = os.read(keyboard, 4096)
    if typed:
        answer.set_result(typed.decode(errors="replace"))
    else:
        answer.set_exception(EOFError())


TERMINAL = Terminal()
say = TERMINAL.say
