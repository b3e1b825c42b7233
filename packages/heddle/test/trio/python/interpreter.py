"""Runs programs on Trio: each line of standard input has one, each line of standard output its traces.

What a program can say is in program.ts; heddleInterpreter.ts is the other half. Where Heddle has decided otherwise than
Trio, this does on Trio what Heddle does, unless the request says "raw"; each such place says DIFFERENCE and the rule.
docs/from-trio.md has them all.
"""

import json
import math
import random
import sys
import warnings

import trio
import trio.testing

warnings.simplefilter("ignore")

if sys.version_info < (3, 11):
    from exceptiongroup import BaseExceptionGroup

BEFORE_0_23 = tuple(int(part) for part in trio.__version__.split(".")[:2]) < (0, 23)


class AppError(Exception):
    """An error of the program's own."""


class Stuck(BaseException):
    """Nothing can wake anything."""


class Returned:
    def __init__(self, value):
        self.value = value


# ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────

ERRORS = [
    (trio.TooSlowError, "Timeout"),
    (trio.ClosedResourceError, "Closed"),
    (trio.EndOfChannel, "End"),
    (trio.BrokenResourceError, "Broken"),
    (RuntimeError, "Misuse"),
    (ValueError, "Misuse"),
]


def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from leaves(each)
    else:
        yield error


def is_cancelled(error):
    return all(isinstance(each, trio.Cancelled) for each in leaves(error))


def has_cancelled(error):
    return any(isinstance(each, trio.Cancelled) for each in leaves(error))


def name_of(error):
    """The name that an error has in traces.

    DIFFERENCE (G3): Trio's groups have the cancellations in them that ended other children; a TaskGroupError has what went
    wrong, and a cancellation of an enclosing scope needs no carrying: it comes again at the next wait.
    """
    if is_cancelled(error):
        return "Cancelled"
    if isinstance(error, BaseExceptionGroup):
        names = [name_of(each) for each in leaves(error) if not isinstance(each, trio.Cancelled)]
        return f"Group[{', '.join(sorted(names))}]"
    if isinstance(error, AppError):
        return f"App({error})"
    for kind, name in ERRORS:
        if isinstance(error, kind):
            return name
    return f"Unexpected({error!r})"


def catches(what, error):
    if what is None or what == "all":
        return what is not None
    return is_cancelled(error) == (what == "cancelled")


def show(value):
    return json.dumps(value)


# ── Objects ──────────────────────────────────────────────────────────────────────────────────────────────────


def try_acquire(it, value):
    try:
        it.acquire_nowait()
    except trio.WouldBlock:
        return False
    return True


def try_send(it, value):
    try:
        it.send_nowait(value)
    except trio.WouldBlock:
        return False
    return True


def try_receive(it, value):
    try:
        return it.receive_nowait()
    except trio.WouldBlock:
        return False


def resize(it, value):
    it.total_tokens = value


def stats(it, value):
    s = it.statistics()
    return (
        f"{s.current_buffer_used} buffered, {s.open_send_channels}+{s.open_receive_channels} open, "
        f"{s.tasks_waiting_send}+{s.tasks_waiting_receive} waiting"
    )


WAITING = {("event", "wait"), ("semaphore", "acquire"), ("condition", "wait"), ("sender", "send"), ("receiver", "receive")}

METHODS = {
    "event": {
        "wait": lambda it, value: it.wait(),
        "set": lambda it, value: it.set(),
        "isSet": lambda it, value: it.is_set(),
        "waiting": lambda it, value: it.statistics().tasks_waiting,
    },
    "semaphore": {
        "acquire": lambda it, value: it.acquire(),
        "tryAcquire": try_acquire,
        # What it returns is the semaphore's parking lot's business.
        "release": lambda it, value: it.release() and None,
        "available": lambda it, value: it.value,
    },
    "limiter": {
        "resize": resize,
        "available": lambda it, value: it.available_tokens,
        "waiting": lambda it, value: it.statistics().tasks_waiting,
    },
    "condition": {
        "wait": lambda it, value: it.wait(),
        "notify": lambda it, value: it.notify(value),
    },
    "sender": {
        "send": lambda it, value: it.send(value),
        "trySend": try_send,
        "close": lambda it, value: it.close(),
        "stats": stats,
    },
    "receiver": {
        "receive": lambda it, value: it.receive(),
        "tryReceive": try_receive,
        "close": lambda it, value: it.close(),
        "stats": stats,
    },
}


def make_objects(program):
    made = {}
    for name, spec in program["objects"].items():
        kind, size = spec["kind"], spec.get("size", 1)
        if kind == "channel":
            sender, receiver = trio.open_memory_channel(size)
            made[f"{name}.send"] = ("sender", sender)
            made[f"{name}.receive"] = ("receiver", receiver)
        elif kind == "event":
            made[name] = (kind, trio.Event())
        elif kind == "lock":
            made[name] = (kind, trio.Lock())
        elif kind == "semaphore":
            made[name] = (kind, trio.Semaphore(size, max_value=spec.get("max")))
        elif kind == "limiter":
            made[name] = (kind, trio.CapacityLimiter(size))
        else:
            made[name] = (kind, trio.Condition())
    return made


# ── Running ──────────────────────────────────────────────────────────────────────────────────────────────────


def make_clock():
    """It counts milliseconds, and says so when time cannot jump anywhere: nothing can wake anything."""
    clock = trio.testing.MockClock(autojump_threshold=0)
    jump = clock._autojump

    def jump_or_say_so():
        if trio.lowlevel.current_statistics().seconds_to_next_deadline == math.inf:
            raise Stuck
        jump()

    clock._autojump = jump_or_say_so
    return clock


class Place:
    """A scope, a group or a task that is being run in, and whether somebody in it was told of its cancellation."""

    def __init__(self, scope, around):
        self.scope = scope
        self.around = around
        self.told = False
        self.is_open = True


class Actor:
    """Who runs a statement."""

    def __init__(self, name, place, ready=None):
        self.name = name
        self.place = place
        self.ready = ready
        self.was_late = False
        self.has_returned = False


class Interpreter:
    def __init__(self, program, seed, raw):
        self.program = program
        self.raw = raw
        self.random = random.Random(seed)
        # How likely it is that others go first: each seed tries another likelihood.
        self.patience = [0, 0.3, 0.5, 0.8][seed % 4]
        self.trace = []
        self.scopes = {}
        self.groups = {}
        self.tasks = {}
        self.waiting = {}

    def note(self, who, what, end=None):
        entry = {"t": trio.current_time(), "who": who, "what": what}
        self.trace.append(entry if end is None else {**entry, "end": end})

    async def run(self):
        """Runs the program as the main task of a run: nothing else is there."""
        # The order in which Trio runs tasks is random. With this it is at least the same each time.
        trio._core._run._r.seed(self.random.random())
        try:
            await self.main()
        except BaseException as error:
            if isinstance(error, Stuck) or "Unexpected" in name_of(error):
                raise
        return self.trace

    async def main(self):
        self.objects = make_objects(self.program)
        place = Place(trio.CancelScope(deadline=self.program["until"]), None)
        with place.scope:
            await self.body(Actor("main", place), self.program["main"])
        if place.scope.cancelled_caught:
            self.note("run", "was ended by its deadline", "run")

    async def body(self, actor, statements):
        def note(what):
            self.note(actor.name, what, f"task {actor.name}")

        try:
            completion = await self.block(actor, statements)
        except BaseException as error:
            note(f"raised {name_of(error)}")
            await self.let_others_go_first()
            raise
        note(f"returned {show(None if completion is None else completion.value)}")

    async def block(self, actor, statements):
        await self.let_others_go_first()
        for statement in statements:
            try:
                completion = await getattr(self, f"do_{statement['do']}")(actor, statement)
            finally:
                await self.let_others_go_first()
            if completion is not None:
                return completion
        return None

    async def let_others_go_first(self):
        """Wherever a task goes on others may run before it, or not: what is compared must not depend on it."""
        if self.random.random() < self.patience:
            for _ in range(2 ** self.random.randrange(5)):
                await trio.lowlevel.cancel_shielded_checkpoint()

    # ── Who was told ─────────────────────────────────────────────────────────────────────────────────────────
    #
    # DIFFERENCE (S9): a body that swallows the cancellation of its own timeout() has timed out all the same, if it was
    # told. So this remembers which scope's cancellation each wait threw: the innermost cancelled one that no shield hides.

    def tell(self, place):
        cancelled = []
        while place is not None:
            if place.scope.cancel_called:
                cancelled.append(place)
            place = None if place.scope.shield else place.around
        if cancelled:
            # Of several that were cancelled at one moment it may be any.
            any_of_them = self.program.get("crowded") and self.patience > 0
            (self.random.choice(cancelled) if any_of_them else cancelled[0]).told = True
        return bool(cancelled)

    def tell_those_who_wait(self):
        """Who waits when a scope is cancelled is told at once, and what happens until it goes on changes nothing."""
        for token, place in list(self.waiting.items()):
            if place is not None and self.tell(place):
                self.waiting[token] = None

    async def wait(self, actor, doing, work, with_value=False):
        token = object()
        self.waiting[token] = actor.place
        try:
            try:
                value = await work()
            finally:
                await self.let_others_go_first()
        except BaseException as error:
            if has_cancelled(error) and self.waiting[token] is not None:
                self.tell(actor.place)
            self.note(actor.name, f"{doing}: raised {name_of(error)}")
            raise
        finally:
            del self.waiting[token]
        self.note(actor.name, f"{doing}{f' = {show(value)}' if with_value and value is not None else ''}")

    # ── Saying, sleeping, failing ────────────────────────────────────────────────────────────────────────────

    def due_in(self, what, ms):
        if not self.program.get("crowded") or ms <= 0:
            return ms
        now = trio.current_time()
        half = (now + ms) // 2
        return (2 * half + 1 if what == "deadline" else 2 * half + 2) - now

    async def do_log(self, actor, statement):
        self.note(actor.name, statement["text"])

    async def do_sleep(self, actor, statement):
        await self.wait(actor, "sleep", lambda: trio.sleep(self.due_in("sleep", statement["ms"])))

    async def do_forever(self, actor, statement):
        await self.wait(actor, "sleep for ever", trio.sleep_forever)

    async def do_checkpoint(self, actor, statement):
        await self.wait(actor, "checkpoint", trio.lowlevel.checkpoint)

    async def do_raise(self, actor, statement):
        raise AppError(statement["error"])

    async def do_return(self, actor, statement):
        return Returned(statement["value"])

    async def do_try(self, actor, statement):
        try:
            return await self.block(actor, statement["body"])
        except BaseException as error:
            if not catches(statement.get("catch"), error):
                raise
            self.note(actor.name, f"caught {name_of(error)}")
            completion = await self.block(actor, statement.get("handler", []))
            if statement.get("rethrow"):
                raise
            return completion
        finally:
            await self.block(actor, statement.get("finally", []))

    # ── Scopes ───────────────────────────────────────────────────────────────────────────────────────────────

    async def do_scope(self, actor, statement):
        name, kind = statement["scope"], statement["kind"]
        limit = self.due_in("deadline", statement["ms"]) if "ms" in statement else math.inf
        shield = kind == "shield" or statement.get("shield", False)
        place = Place(trio.CancelScope(deadline=trio.current_time() + limit, shield=shield), actor.place)
        throws = kind in ("timeout", "shield")

        def note(how):
            cancelled = "cancelled" if place.scope.cancel_called else "not cancelled"
            self.note(actor.name, f"{name} {how}, {cancelled}", f"scope {name}")

        try:
            completion = await self.within(actor, statement, place, throws)
        except BaseException as error:
            if has_cancelled(error):
                self.tell(actor.place)
            # DIFFERENCE (G3): such a group may have carried a cancellation besides, so `caught` is left out.
            caught = (self.raw or isinstance(error, trio.TooSlowError)) and place.scope.cancelled_caught
            note(f"raised {name_of(error)}{', caught' if caught else ''}")
            raise
        note("caught" if place.scope.cancelled_caught else "returned")
        return completion

    async def within(self, actor, statement, place, throws):
        """What `fail_after()` does, and `move_on_after()`: they are this scope in other words."""
        completion = None
        around = actor.place
        try:
            with place.scope:
                actor.place = place
                self.scopes[statement["scope"]] = place
                completion = await self.block(actor, statement["body"])
        finally:
            await self.let_others_go_first()
            place.is_open = False
            actor.place = around
        swallowed = place.told and place.scope.cancel_called and not self.raw
        if throws and (place.scope.cancelled_caught or swallowed):
            raise trio.TooSlowError
        return completion

    async def do_cancel(self, actor, statement):
        what = statement["what"]
        self.note(actor.name, f"cancel {what}")
        for named in (self.scopes, self.groups, self.tasks):
            if what in named and named[what].is_open:
                named[what].scope.cancel()
        self.tell_those_who_wait()

    async def do_deadline(self, actor, statement):
        self.note(actor.name, f"move the deadline of {statement['scope']}")
        place = self.scopes.get(statement["scope"])
        if place is not None and place.is_open:
            place.scope.deadline = max(0, trio.current_time() + self.due_in("deadline", statement["ms"]))
            # DIFFERENCE (S6): Trio looks at deadlines when tasks wait next; asking makes it look at once.
            self.raw or place.scope.cancel_called
        self.tell_those_who_wait()

    async def do_shield(self, actor, statement):
        self.note(actor.name, f"{'raise' if statement['on'] else 'lower'} the shield of {statement['scope']}")
        place = self.scopes.get(statement["scope"])
        if place is not None and place.is_open:
            place.scope.shield = statement["on"]
        self.tell_those_who_wait()

    async def do_look(self, actor, statement):
        name = statement["scope"]
        place = self.scopes.get(name)
        if place is None or not place.is_open:
            seen = "not open"
        else:
            cancelled = "cancelled" if place.scope.cancel_called else "not cancelled"
            seen = f"{cancelled}, {'shielded' if place.scope.shield else 'not shielded'}"
        self.note(actor.name, f"{name} is {seen}")

    # ── Groups ───────────────────────────────────────────────────────────────────────────────────────────────

    async def do_group(self, actor, statement):
        name = statement["group"]
        around = actor.place
        completion = place = None
        waits = False
        try:
            async with trio.open_nursery() as nursery:
                place = Place(nursery.cancel_scope, around)
                place.nursery = nursery
                self.groups[name] = actor.place = place
                completion = await self.block(actor, statement["body"])
                waits = bool(nursery.child_tasks) or nursery._pending_starts > 0
                if not waits and not self.raw and not nursery._pending_excs:
                    # DIFFERENCE (G1): before Trio 0.23 the end of a nursery without children was a wait of its own.
                    nursery.cancel_scope.shield = True
            if waits and not self.raw and not BEFORE_0_23:
                # DIFFERENCE (G1): since then it is none even when there are children.
                actor.place = around
                await trio.lowlevel.checkpoint_if_cancelled()
            await self.let_others_go_first()
        except BaseException as error:
            await self.let_others_go_first()
            if has_cancelled(error):
                self.tell(around)
            self.note(actor.name, f"{name} raised {name_of(error)}", f"group {name}")
            raise
        finally:
            place.is_open = False
            actor.place = around
        cancelled = "cancelled" if place.scope.cancel_called else "not cancelled"
        self.note(actor.name, f"{name} returned, {cancelled}", f"group {name}")
        return completion

    async def do_spawn(self, actor, statement):
        group, name = statement["group"], statement["task"]
        if group not in self.groups:
            self.note(actor.name, f"{group} is not open")
            return
        around = self.groups[group]
        # DIFFERENCE (T4): a task can be cancelled by itself. In Trio that is a scope around all of it.
        place = Place(trio.CancelScope(), around)

        async def task():
            with place.scope:
                await self.body(Actor(name, place), statement["body"])
            place.is_open = False

        try:
            around.nursery.start_soon(task)
            self.tasks[name] = place
        except RuntimeError as error:
            self.note(actor.name, f"spawn {name}: raised {name_of(error)}")

    async def do_start(self, actor, statement):
        group, name = statement["group"], statement["task"]
        if group not in self.groups:
            self.note(actor.name, f"{group} is not open")
            return
        around = self.groups[group]
        actor_of_child = Actor(name, around)

        async def task(task_status):
            def ready(value):
                task_status.started(value)
                # Where start() was cancelled before, Trio leaves the child where it is.
                actor_of_child.was_late = trio.lowlevel.current_task().parent_nursery is not around.nursery

            actor_of_child.ready = ready
            try:
                await self.body(actor_of_child, statement["body"])
                actor_of_child.has_returned = True
            except BaseException as error:
                if self.raw or not actor_of_child.was_late or is_cancelled(error):
                    raise
                # DIFFERENCE (G5): from ready() on the child's errors are the group's, also when it is late.
                around.nursery.start_soon(fail, error)

        async def fail(error):
            raise error

        async def start():
            try:
                value = await around.nursery.start(task)
            except BaseExceptionGroup as group:
                # DIFFERENCE (G5): before Trio 0.23 the nursery in which the child starts could be seen from outside.
                errors = [each for each in group.exceptions if not is_cancelled(each)]
                if not BEFORE_0_23 or len(errors) != 1:
                    raise
                raise errors[0]
            except RuntimeError:
                if actor_of_child.has_returned:
                    await cancelled_first()
                raise
            if actor_of_child.was_late:
                await cancelled_first()
            return value

        async def cancelled_first():
            # DIFFERENCE (S3): from 0.23 on start() does as if it had not been cancelled when the child has returned.
            if not self.raw:
                await trio.lowlevel.checkpoint_if_cancelled()

        await self.wait(actor, f"start {name}", start, True)

    async def do_ready(self, actor, statement):
        try:
            if actor.ready is not None:
                actor.ready(statement["value"])
            self.note(actor.name, f"ready {show(statement['value'])}")
        except RuntimeError as error:
            self.note(actor.name, f"ready: raised {name_of(error)}")

    # ── Primitives ───────────────────────────────────────────────────────────────────────────────────────────

    async def do_with(self, actor, statement):
        on = statement["on"]
        it = self.objects[on][1]
        await self.wait(actor, f"{on}.acquire", it.acquire)
        try:
            return await self.block(actor, statement["body"])
        finally:
            it.release()

    async def do_call(self, actor, statement):
        on, method = statement["on"], statement["method"]
        name = f"{on}.{method}"
        if on not in self.objects:
            self.note(actor.name, f"{on} is not there")
            return
        kind, it = self.objects[on]
        call, value = METHODS[kind][method], statement.get("value")
        try:
            if (kind, method) in WAITING:
                await self.wait(actor, name, lambda: call(it, value), True)
                return
            try:
                result = call(it, value)
            except BaseException as error:
                self.note(actor.name, f"{name}: raised {name_of(error)}")
                raise
            self.note(actor.name, f"{name}{'' if result is None else f' = {show(result)}'}")
        except Exception:
            if not statement.get("lenient"):
                raise

    async def do_clone(self, actor, statement):
        on = statement["on"]
        if on not in self.objects:
            self.note(actor.name, f"{on} is not there")
            return
        kind, it = self.objects[on]
        try:
            self.objects[statement["as"]] = (kind, it.clone())
            self.note(actor.name, f"cloned {on}")
        except trio.ClosedResourceError as error:
            self.note(actor.name, f"clone {on}: raised {name_of(error)}")

    async def do_receiveAll(self, actor, statement):
        on = statement["on"]
        if on not in self.objects:
            self.note(actor.name, f"{on} is not there")
            return
        token = object()
        self.waiting[token] = actor.place
        try:
            async for item in self.objects[on][1]:
                await self.let_others_go_first()
                self.note(actor.name, f"{on}: received {show(item)}")
            await self.let_others_go_first()
            self.note(actor.name, f"{on}: came to its end")
        except BaseException as error:
            await self.let_others_go_first()
            if has_cancelled(error) and self.waiting[token] is not None:
                self.tell(actor.place)
            self.note(actor.name, f"{on}: raised {name_of(error)}")
            raise
        finally:
            del self.waiting[token]


async def serve(clock):
    """Answers one request after the other, all in one run of Trio: to start one takes longer than most programs."""
    trio._core._run._ALLOW_DETERMINISTIC_SCHEDULING = True
    for line in sys.stdin:
        request = json.loads(line)
        traces = []
        for seed in request["seeds"]:
            clock._virtual_base = 0.0
            traces.append(await Interpreter(request["program"], seed, request["raw"]).run())
        print(json.dumps(traces), flush=True)


if __name__ == "__main__":
    clock = make_clock()
    trio.run(serve, clock, clock=clock, strict_exception_groups=True)
