"""asyncio's own event loop, with a clock that jumps to the next timer when nothing else is left to do."""

import asyncio
import math


class StillStuck(BaseException):
    """Everything was cancelled because nothing could wake anything, and still nothing can."""


class JumpingSelector:
    """Selects nothing: there is no I/O. Where a real one would sleep, time jumps."""

    def __init__(self, loop, on_deadlock):
        self._loop = loop
        self._on_deadlock = on_deadlock
        self._was_stuck = False

    def select(self, timeout):
        if timeout is None:
            if self._was_stuck:
                raise StillStuck
            self._was_stuck = True
            self._on_deadlock()
        elif timeout > 0:
            self._loop.jump()
        return []

    def close(self):
        pass


class VirtualLoop(asyncio.BaseEventLoop):
    """Its time starts at 0, and its unit is whatever the program means: here, a millisecond."""

    def __init__(self, on_deadlock):
        super().__init__()
        self._now = 0.0
        self._created = []
        self._selector = JumpingSelector(self, on_deadlock)

    def time(self):
        return self._now

    def jump(self):
        self._now = self._scheduled[0].when()

    @property
    def _clock_resolution(self):
        # The loop fires what is due before time() + resolution: so that is exactly what is due now.
        return math.ulp(self._now)

    @_clock_resolution.setter
    def _clock_resolution(self, resolution):
        pass

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

    def create_task(self, coro, **options):
        task = super().create_task(coro, **options)
        self._created.append(task)
        return task


_all_tasks = asyncio.tasks.all_tasks


def _all_tasks_in_order(loop=None):
    """asyncio keeps tasks in a set, and at the end of a run cancels them in the order of their addresses: in any order."""
    tasks = _all_tasks(loop)
    return [task for task in (loop or asyncio.get_running_loop())._created if task in tasks]


asyncio.tasks.all_tasks = _all_tasks_in_order
