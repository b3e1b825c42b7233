"""Runs a program on asyncio, and returns its trace. What it can say is in program.ts; onHeddle.ts is the other half."""

import asyncio
import gc
import inspect
import json
import warnings

from virtual_loop import StillStuck, VirtualLoop
from vocabulary import METHODS, OBJECTS, SILENT, WAIT, AppError, matches, name_of, show

# A coroutine of a task that was cancelled before it started is never awaited: that is one of the differences.
warnings.simplefilter("ignore", RuntimeWarning)


class Returned:
    def __init__(self, value):
        self.value = value


class Interpreter:
    def __init__(self, program):
        self.program = program
        self.loop = VirtualLoop(self.stuck)
        self.loop.set_exception_handler(self.report)
        self.trace = []
        self.frozen = False
        self.tasks = {}
        self.groups = {}
        self.timeouts = {}
        self.variables = {}
        self.doing = {}

    # ── The trace ────────────────────────────────────────────────────────────────────────────────────────

    def note(self, who, what, **more):
        if not self.frozen:
            self.trace.append({"t": self.loop.time(), "who": who, "what": what, **more})

    def report(self, loop, context):
        error = context.get("exception")
        self.note("run", f"reported {context['message'] if error is None else name_of(error)}", report=True)

    def stuck(self):
        """Nothing can wake anything: that ends the trace."""
        for who, doing in sorted(self.doing.items()):
            if doing:
                self.note(who, f"is stuck in {' > '.join(doing)}")
        self.frozen = True
        self.tasks["main"].cancel()

    # ── Running ──────────────────────────────────────────────────────────────────────────────────────────

    def run(self):
        try:
            with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
                value = runner.run(self.main())
            self.note("run", f"returned {show(value)}")
        except StillStuck:
            pass
        except BaseException as error:
            self.note("run", f"raised {name_of(error)}")
        for name, task in sorted(self.tasks.items()):
            self.note("run", f"{name}: {self.state(task)}")
        self.tasks.clear()
        return self.trace

    async def main(self):
        self.tasks["main"] = asyncio.current_task()
        self.objects = {name: OBJECTS[made["kind"]](made.get("size")) for name, made in self.program["objects"].items()}
        return await self.body("main", self.program["main"])

    async def body(self, who, statements):
        self.doing[who] = []
        try:
            completion = await self.block(who, statements, None)
            value = None if completion is None else completion.value
            self.note(who, f"returned {show(value)}")
            return value
        except BaseException as error:
            self.note(who, f"raised {name_of(error)}")
            raise
        finally:
            self.doing[who] = []

    async def block(self, who, statements, caught):
        for statement in statements:
            completion = getattr(self, f"do_{statement['do']}")(who, statement, caught)
            if inspect.iscoroutine(completion):
                completion = await completion
            if completion is not None:
                return completion
        return None

    async def during(self, who, doing, awaitable, done=None, key=None):
        """Awaits, so that a deadlock can tell what was awaited, and notes how it ended."""
        stack = self.doing[who]
        stack.append(doing)
        begun = self.loop.time()
        try:
            value = await awaitable
        except BaseException as error:
            self.note(who, f"{doing}: raised {name_of(error)}")
            raise
        finally:
            stack.pop()
        served = {"key": key} if key is not None and self.loop.time() > begun else {}
        self.note(who, f"{doing}{'' if done is None else done(value)}", **served)
        return value

    # ── Saying, sleeping, failing ────────────────────────────────────────────────────────────────────────

    def do_log(self, who, statement, caught):
        self.note(who, statement["text"])

    def do_set(self, who, statement, caught):
        self.variables[statement["variable"]] = statement["value"]

    async def do_sleep(self, who, statement, caught):
        self.doing[who].append("sleep")
        try:
            await asyncio.sleep(statement["ms"])
        finally:
            self.doing[who].pop()

    def do_raise(self, who, statement, caught):
        raise asyncio.CancelledError if statement["error"] == "Cancelled" else AppError(statement["error"])

    def do_reraise(self, who, statement, caught):
        raise caught

    def do_return(self, who, statement, caught):
        return Returned(statement["value"])

    async def do_try(self, who, statement, caught):
        try:
            return await self.block(who, statement["body"], caught)
        except BaseException as error:
            name = name_of(error)
            if not matches(name, statement.get("errors", [])):
                raise
            self.note(who, f"caught {name}")
            return await self.block(who, statement["handler"], error)
        finally:
            await self.block(who, statement.get("finally", []), caught)

    # ── Tasks ────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, child, make=asyncio.create_task):
        body = self.body(child["task"], child["body"])
        try:
            task = make(body, name=child["task"])
        except BaseException:
            body.close()
            raise
        self.tasks[child["task"]] = task
        return task

    def started(self, child):
        return self.start(child) if "body" in child else self.tasks[child["task"]]

    def do_spawn(self, who, statement, caught):
        if "group" not in statement:
            self.start(statement)
            return
        try:
            self.start(statement, self.groups[statement["group"]].create_task)
        except RuntimeError as error:
            if not statement.get("lenient"):
                raise
            self.note(who, f"spawn {statement['task']}: raised {name_of(error)}")

    async def do_await(self, who, statement, caught):
        name = statement["task"]
        await self.during(who, f"await {name}", self.tasks[name], lambda value: f" = {show(value)}")

    def do_cancel(self, who, statement, caught):
        task = self.tasks.get(statement["task"])
        answer = False if task is None else task.cancel()
        if statement.get("answer"):
            self.note(who, f"cancel {statement['task']} = {show(answer)}")

    def do_look(self, who, statement, caught):
        name = statement["task"]
        self.note(who, f"{name}: {self.state(self.tasks.get(name))}")

    def state(self, task):
        if task is None:
            return "not there"
        if not task.done():
            return "not done"
        if task.cancelled():
            return "cancelled"
        error = task.exception()
        return f"returned {show(task.result())}" if error is None else f"raised {name_of(error)}"

    def existing(self, who, names):
        return [self.tasks[name] for name in dict.fromkeys(names) if name in self.tasks and name != who]

    async def do_wait(self, who, statement, caught):
        tasks = self.existing(who, statement["tasks"])
        if statement.get("quiet") and not tasks:
            return

        def done(sets):
            if statement.get("quiet"):
                return ""
            named = [", ".join(task.get_name() for task in tasks if task in each) for each in sets]
            return f": done [{named[0]}], pending [{named[1]}]"

        waiting = asyncio.wait(tasks, timeout=statement.get("ms"), return_when=WAIT[statement["until"]])
        await self.during(who, "wait", waiting, done)

    async def do_asCompleted(self, who, statement, caught):
        # The tasks are made first, so that they can be named; given coroutines, as_completed() does the same.
        left = statement.get("atMost", -1)
        async for task in asyncio.as_completed([self.started(child) for child in statement["children"]]):
            self.note(who, f"completed {task.get_name()}")
            left -= 1
            if left == 0:
                break

    # ── Tasks that belong together ───────────────────────────────────────────────────────────────────────

    async def do_group(self, who, statement, caught):
        name = statement["group"]

        async def group():
            async with asyncio.TaskGroup() as tasks:
                self.groups[name] = tasks
                return await self.block(who, statement["body"], caught)

        return await self.during(who, f"group {name}", group())

    async def do_gather(self, who, statement, caught):
        tasks = [self.started(child) for child in statement["children"]]
        gathered = asyncio.gather(*tasks, return_exceptions=statement["settle"])

        def done(values):
            shown = [name_of(it) if isinstance(it, BaseException) else show(it) for it in values]
            return f" = [{', '.join(shown)}]"

        await self.during(who, "gather", gathered, done)

    # ── Time ─────────────────────────────────────────────────────────────────────────────────────────────

    async def do_timeout(self, who, statement, caught):
        async def limited():
            async with asyncio.timeout(statement["ms"]) as timeout:
                self.timeouts[statement.get("name")] = timeout
                return await self.block(who, statement["body"], caught)

        return await self.during(who, f"timeout {statement.get('name', '')}".strip(), limited())

    def do_reschedule(self, who, statement, caught):
        at = statement["at"]
        self.timeouts[statement["timeout"]].reschedule(at)

    async def do_waitFor(self, who, statement, caught):
        name = statement["task"]
        awaitable = self.body(name, statement["body"]) if "body" in statement else self.tasks[name]
        waiting = asyncio.wait_for(awaitable, statement["ms"])
        await self.during(who, f"wait for {name}", waiting, lambda value: f" = {show(value)}")

    async def do_shield(self, who, statement, caught):
        name = statement["task"]
        self.shielded = asyncio.create_task(self.body(name, statement["body"]))
        await self.during(who, f"shield {name}", asyncio.shield(self.shielded), lambda value: f" = {show(value)}")

    # ── Primitives ───────────────────────────────────────────────────────────────────────────────────────

    async def do_waitUntil(self, who, statement, caught):
        on, variable, at_least = statement["on"], statement["variable"], statement["atLeast"]
        waiting = self.objects[on].wait_for(lambda: self.variables.get(variable, 0) >= at_least)
        await self.during(who, f"{on}.waitUntil", waiting, key=f"{on}.waitUntil")

    def do_call(self, who, statement, caught):
        on, method = statement["on"], statement["method"]
        kind = self.program["objects"][on]["kind"]
        name = f"{on}.{method}"

        def done(value):
            silent = value is None or method in SILENT or f"{kind}.{method}" in SILENT
            return "" if silent else f" = {show(value)}"

        try:
            value = METHODS[kind][method](self.objects[on], statement.get("value"))
        except Exception as error:
            self.note(who, f"{name}: raised {name_of(error)}")
            if not statement.get("lenient"):
                raise
            return None
        if not inspect.isawaitable(value):
            self.note(who, f"{name}{done(value)}")
            return None
        return self.waiting_call(who, statement, name, value, done)

    async def waiting_call(self, who, statement, name, waiting, done):
        try:
            await self.during(who, name, waiting, done, key=name)
        except Exception:
            if not statement.get("lenient"):
                raise

    async def do_with(self, who, statement, caught):
        on = statement["on"]
        it = self.objects[on]
        await self.during(who, f"{on}.acquire", it.acquire(), key=f"{on}.acquire")
        try:
            return await self.block(who, statement["body"], caught)
        finally:
            it.release()


def run_program(text):
    # Pyodide says that a loop runs already: its own, which carries promises. It does not run while this does.
    theirs = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return json.dumps(Interpreter(json.loads(text)).run())
    finally:
        asyncio._set_running_loop(theirs)


def collect():
    """Interpreters are circles of objects: left to themselves they would be collected in the middle of a later program."""
    gc.collect()
