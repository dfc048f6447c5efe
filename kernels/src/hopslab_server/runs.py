"""Experiments that a form begins, and the models of their trials: a Jupyter server extension.

It reads programs, runs them in kernels of their own, and registers what trials have kept.

Whoever reaches it is the projectUser, as for everything of the notebook server; it gives nothing that a notebook does
not have. What it reads or registers is another process's work, in the kernels' environment.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path, PurePosixPath
from typing import Any

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError, authenticated

from hopslab_server.running import KERNEL, RefusedError, Runs

MOST_BODY = 1024 * 1024
MOST_ANSWER = 8 * 1024 * 1024


def _inside(root: Path, path: object) -> Path:
    """A path as JupyterLab writes it, below what the notebook server shows."""
    if not isinstance(path, str) or not path or "\0" in path or len(path) > 4096:
        raise HTTPError(400, reason="Name a notebook or a Python file.")
    parts = PurePosixPath(path.lstrip("/")).parts
    if ".." in parts:
        raise HTTPError(400, reason="The path leads out of the project.")
    return root.joinpath(*parts)


class _Handler(APIHandler):
    """What the handlers share."""

    runs: Runs
    # How long an answer may take, and what is said where there is none.
    patience = 120.0
    too_long = "Reading the program took too long; make it smaller."
    no_answer = "The program could not be read; simplify it."

    def initialize(self, runs: Runs) -> None:
        """Tornado's constructor."""
        self.runs = runs

    def asked(self) -> dict[str, Any]:
        """The body, an object."""
        if len(self.request.body) > MOST_BODY:
            raise HTTPError(413, reason="The form is too large.")
        try:
            body = json.loads(self.request.body)
        except ValueError:
            raise HTTPError(400, reason="The body is no JSON.") from None
        if not isinstance(body, dict):
            raise HTTPError(400, reason="The body is no object.")
        return body

    def form(self) -> dict[str, Any]:
        """The form, with the program's place in the sandbox."""
        form = dict(self.asked())
        form["program"] = str(_inside(self.runs.root, form.pop("path", None)))
        return form

    def turns(self) -> asyncio.Semaphore:
        """Who may ask at the same time."""
        return self.runs.reading

    async def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Have a question answered in the kernels' environment."""
        python = self.kernel_spec_manager.get_kernel_spec(KERNEL).argv[0]
        pipe = asyncio.subprocess.PIPE
        command = [python, "-P", "-m", "hopslab.experiment.asking"]
        async with self.turns():
            process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
            try:
                said, complaint = await asyncio.wait_for(
                    process.communicate(json.dumps(question).encode()), self.patience
                )
            except TimeoutError:
                raise HTTPError(504, reason=self.too_long) from None
            finally:
                if process.returncode is None:
                    process.kill()
        if process.returncode != 0 or len(said) > MOST_ANSWER:
            self.log.warning("%s %s", self.no_answer, complaint[-2000:].decode(errors="replace"))
            raise HTTPError(422, reason=self.no_answer)
        return dict(json.loads(said))


class FindHandler(_Handler):
    """``POST {path}``: the functions of a program, each with a space to begin with."""

    @authenticated
    async def post(self) -> None:
        """Answer functions, notes, algorithms and pruners; or ``refused`` with why it cannot be read."""
        program = _inside(self.runs.root, self.asked().get("path"))
        self.finish(await self.ask({"what": "find", "program": str(program)}))


class CheckHandler(_Handler):
    """``POST`` a form: its faults, each with its field."""

    @authenticated
    async def post(self) -> None:
        """Answer ``{faults}``; none where it can be run."""
        self.finish(await self.ask({"what": "check", "form": self.form()}))


class RunsHandler(_Handler):
    """The runs of this notebook server."""

    @authenticated
    async def get(self) -> None:
        """Answer the runs, the newest first."""
        self.finish({"items": self.runs.all()})

    @authenticated
    async def post(self) -> None:
        """Begin a form's run in a kernel of its own; with faults it does not begin."""
        form = self.form()
        judged = await self.ask({"what": "check", "form": form})
        if judged.get("refused") or judged["faults"]:
            self.set_status(422)
            self.finish(judged)
            return
        try:
            run = await self.runs.begin(form)
        except RefusedError as error:
            raise HTTPError(409, reason=str(error)) from None
        self.set_status(201)
        self.finish(run)


class RunHandler(_Handler):
    """One run."""

    @authenticated
    async def get(self, number: str) -> None:
        """Answer how it stands."""
        run = self.runs.one(number)
        if run is None:
            raise HTTPError(404, reason="There is no such run.")
        self.finish(run)


class ModelsHandler(_Handler):
    """``POST {experiment, trial, name, description}``: what a trial has kept becomes a registered model."""

    # A model of many gigabytes is copied that long.
    patience = 3600.0
    too_long = "Copying the model took too long; register it in a notebook."
    no_answer = "The model could not be registered; try experiment.register_model in a notebook."

    def turns(self) -> asyncio.Semaphore:
        """Copying is apart from reading: a form is not to wait for it."""
        return self.runs.copying

    @authenticated
    async def post(self) -> None:
        """Answer ``{name, version}``; or ``refused`` with why it is not registered."""
        asked = self.asked()
        kinds = {"experiment": str, "trial": int, "name": str, "description": str}
        if any(type(asked.get(name)) is not kind for name, kind in kinds.items()):
            raise HTTPError(400, reason=f"Give {', '.join(kinds)}, as text and the trial as a number.")
        self.finish(await self.ask({"what": "register", **{name: asked[name] for name in kinds}}))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "hopslab_server.runs"}]


def _load_jupyter_server_extension(app: Any) -> None:
    runs = Runs(app)
    base = url_path_join(app.base_url, "hopslab", "experiments")
    ways: list[tuple[str, type[_Handler]]] = [
        ("find", FindHandler),
        ("check", CheckHandler),
        ("runs", RunsHandler),
        ("runs/([0-9a-f]{32})", RunHandler),
        ("models", ModelsHandler),
    ]
    app.web_app.add_handlers(
        ".*$", [(url_path_join(base, way), handler, {"runs": runs}) for way, handler in ways]
    )
