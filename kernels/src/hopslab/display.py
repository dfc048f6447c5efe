"""Output that changes in place: HTML in JupyterLab, text elsewhere."""

from __future__ import annotations

from html import escape
from types import TracebackType
from typing import Any


def in_notebook() -> bool:
    """Whether a front end with displays that change is there."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return False
    shell = get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None


class Live:
    """One output of the cell that is shown and then replaced as often as one likes."""

    def __init__(self) -> None:
        self._handle: Any = None
        self._last: tuple[str, str] | None = None

    def show(self, html: str, text: str) -> None:
        """Show this now; front ends that know no HTML show the text. Nothing outside a notebook."""
        if not in_notebook() or (html, text) == self._last:
            return
        self._last = (html, text)
        from IPython.display import DisplayHandle

        bundle = {"text/html": html, "text/plain": text}
        if self._handle is None:
            self._handle = DisplayHandle()  # type: ignore[no-untyped-call]
            self._handle.display(bundle, raw=True)
        else:
            self._handle.update(bundle, raw=True)


class Status:
    """One line that is gone when what it tells about is done."""

    def __init__(self) -> None:
        self._live = Live()
        self._shown = False

    def __enter__(self) -> Status:
        return self

    def show(self, text: str) -> None:
        """Show this line now."""
        self._shown = True
        self._live.show(f'<span style="color:var(--jp-ui-font-color2)">{escape(text)}</span>', text)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._live.show("<span></span>", "")
