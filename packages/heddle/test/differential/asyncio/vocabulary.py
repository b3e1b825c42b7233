"""What programs can name, and what it is in asyncio: errors, primitives, their methods."""

import asyncio
import contextvars
import json


class AppError(Exception):
    """An error of the program's own."""


def name_of(error):
    """The name that an error has in traces."""
    if isinstance(error, AppError):
        return f"App({error})"
    if isinstance(error, BaseExceptionGroup):
        return f"Group[{', '.join(name_of(each) for each in error.exceptions)}]"
    for kind, name in ERRORS:
        if isinstance(error, kind):
            return name
    return f"Unexpected({error!r})"


ERRORS = [
    (asyncio.CancelledError, "Cancelled"),
    (TimeoutError, "Timeout"),
    (asyncio.QueueEmpty, "QueueEmpty"),
    (asyncio.QueueFull, "QueueFull"),
    (asyncio.QueueShutDown, "QueueShutDown"),
    (asyncio.BrokenBarrierError, "BrokenBarrier"),
    (asyncio.InvalidStateError, "Misuse"),
    (RuntimeError, "Misuse"),
    (ValueError, "Misuse"),
]


def matches(name, kinds):
    return any(name == kind or name.startswith((f"{kind}(", f"{kind}[")) for kind in kinds)


def show(value):
    return json.dumps(value)


OBJECTS = {
    "lock": lambda size: asyncio.Lock(),
    "semaphore": asyncio.Semaphore,
    "boundedSemaphore": asyncio.BoundedSemaphore,
    "event": lambda size: asyncio.Event(),
    "condition": lambda size: asyncio.Condition(),
    "barrier": asyncio.Barrier,
    "queue": lambda size: asyncio.Queue(size or 0),
    "lifoQueue": lambda size: asyncio.LifoQueue(size or 0),
    "priorityQueue": lambda size: asyncio.PriorityQueue(size or 0),
    "future": lambda size: asyncio.get_running_loop().create_future(),
    "local": lambda size: contextvars.ContextVar("local", default=0),
}

QUEUE = {
    "put": lambda it, value: it.put(value),
    "get": lambda it, value: it.get(),
    "putNowait": lambda it, value: it.put_nowait(value),
    "getNowait": lambda it, value: it.get_nowait(),
    "taskDone": lambda it, value: it.task_done(),
    "join": lambda it, value: it.join(),
    "shutdown": lambda it, value: it.shutdown(),
    "shutdownImmediate": lambda it, value: it.shutdown(immediate=True),
    "size": lambda it, value: it.qsize(),
    "isEmpty": lambda it, value: it.empty(),
    "isFull": lambda it, value: it.full(),
}

SEMAPHORE = {
    "acquire": lambda it, value: it.acquire(),
    "release": lambda it, value: it.release(),
    "locked": lambda it, value: it.locked(),
}

METHODS = {
    "lock": SEMAPHORE,
    "semaphore": SEMAPHORE,
    "boundedSemaphore": SEMAPHORE,
    "event": {
        "wait": lambda it, value: it.wait(),
        "set": lambda it, value: it.set(),
        "clear": lambda it, value: it.clear(),
        "isSet": lambda it, value: it.is_set(),
    },
    "condition": {
        "acquire": lambda it, value: it.acquire(),
        "release": lambda it, value: it.release(),
        "wait": lambda it, value: it.wait(),
        "notify": lambda it, value: it.notify(1 if value is None else value),
        "notifyAll": lambda it, value: it.notify_all(),
        "locked": lambda it, value: it.locked(),
    },
    "barrier": {
        "wait": lambda it, value: it.wait(),
        "meet": lambda it, value: it.wait(),
        "reset": lambda it, value: it.reset(),
        "abort": lambda it, value: it.abort(),
        "waiting": lambda it, value: it.n_waiting,
        "broken": lambda it, value: it.broken,
    },
    "queue": QUEUE,
    "lifoQueue": QUEUE,
    "priorityQueue": QUEUE,
    "future": {
        "wait": lambda it, value: it,
        "setResult": lambda it, value: it.set_result(value),
        "setError": lambda it, value: it.set_exception(AppError(value)),
        "cancel": lambda it, value: it.cancel(),
        "done": lambda it, value: it.done(),
        "result": lambda it, value: it.result(),
    },
    "local": {
        "get": lambda it, value: it.get(),
        "set": lambda it, value: it.set(value),
    },
}

# What these give is an object of asyncio's, or a truth that is always the same: it is left out of the trace.
SILENT = {"acquire", "set", "meet"} | {"event.wait", "condition.wait"}

WAIT = {"all": asyncio.ALL_COMPLETED, "first": asyncio.FIRST_COMPLETED, "firstError": asyncio.FIRST_EXCEPTION}
