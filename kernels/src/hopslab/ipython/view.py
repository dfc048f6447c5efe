"""What a sweep looks like in its cell: HTML with JupyterLab's colours, and the same as text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from hopslab.experiment import Progress, Result, TrialRecord
from hopslab.experiment.objectives import Objective
from hopslab.experiment.records import TrialState
from hopslab.experiment.space import Params, Scalar

_STATES: tuple[TrialState, ...] = ("complete", "running", "queued", "pruned", "failed", "stopped")
_TOP = 5
_BOX = (
    "font-family:var(--jp-ui-font-family);font-size:var(--jp-ui-font-size1);color:var(--jp-ui-font-color1);"
)
_FAINT = "color:var(--jp-ui-font-color2)"
_CODE = "font-family:var(--jp-code-font-family);font-size:var(--jp-code-font-size)"


def clock(seconds: float) -> str:
    """Seconds as people read them: ``0:07``, ``12:30``, ``1:02:03``."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def scalar(value: Scalar) -> str:
    """A hyperparameter, short."""
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def params(values: Params) -> str:
    """Hyperparameters in one line."""
    return ", ".join(f"{name} = {scalar(value)}" for name, value in values.items())


def count(number: int, thing: str) -> str:
    """``1 trial``, ``2 trials``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _counts(progress: Progress) -> str:
    counts = progress.stand.counts
    parts = [f"{counts[state]} {state}" for state in _STATES if counts.get(state)]
    return ", ".join(parts) or "starting"


def _parallel(progress: Progress) -> str:
    asked, given = progress.plan.parallel, progress.parallel
    if asked is None or given >= min(asked, progress.plan.planned):
        return f"{given} at a time"
    where = {0: "this notebook server has", 1: "the executor has"}.get(
        progress.executors, "the executors have"
    )
    return f"{given} at a time ({asked} asked; {where} {count(given, 'core')})"


def _best(metric: str, best: TrialRecord | None) -> str:
    if best is None or best.value is None:
        return ""
    return f"best {metric} {best.value:.6g} (trial {best.number}: {params(best.params)})"


def _several(objectives: Iterable[Objective], front: int | None) -> str:
    names = ", ".join(f"{one.metric} ({one.direction})" for one in objectives)
    return f"{count(front, 'trial')} on the front of {names}" if front else ""


def _numbers(trial: TrialRecord, objectives: Iterable[Objective]) -> list[str]:
    return [f"{trial.metrics[one.metric]:.6g}" for one in objectives]


def _bar(fraction: float, label: str) -> str:
    percent = round(100 * fraction)
    return (
        f'<div role="progressbar" aria-label="{escape(label)}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{percent}" style="height:8px;max-width:480px;margin:4px 0;border-radius:4px;overflow:hidden;'
        f'background:var(--jp-layout-color3)"><div style="width:{percent}%;height:100%;'
        'background:var(--jp-brand-color1)"></div></div>'
    )


def progress_view(progress: Progress) -> tuple[str, str]:
    """A running sweep as HTML and as text."""
    plan, stand = progress.plan, progress.stand
    head = f"{plan.name}: {stand.ended} of {count(stand.planned, 'trial')}"
    doing = (
        f"stopping: {stand.stopping}"
        if stand.stopping
        else f"{_counts(progress)}; {progress.share or _parallel(progress)}"
    )
    if stand.paused and not stand.stopping:
        doing = f"paused: {_counts(progress)}; nothing new is begun until it goes on"
    times = clock(progress.seconds)
    best = _best(plan.metric, stand.best) or _several(plan.objectives, stand.front)
    rows = [f"<strong>{escape(head)}</strong> <span style='{_FAINT}'>{times}</span>"]
    rows.append(_bar(stand.ended / stand.planned, head))
    rows.append(f"<div style='{_FAINT}'>{escape(doing)}</div>")
    if best:
        rows.append(f"<div>{escape(best)}</div>")
    text = " · ".join(part for part in (head, times, doing, best) if part)
    return f"<div style='{_BOX}'>{''.join(rows)}</div>", text


def _top(result: Result) -> list[TrialRecord]:
    if result.also:
        return result.front[:_TOP]
    complete = [trial for trial in result.trials if trial.state == "complete" and trial.value is not None]
    sign = -1 if result.direction == "maximize" else 1
    return sorted(complete, key=lambda trial: (sign * (trial.value or 0.0), trial.number))[:_TOP]


def _failures(result: Result) -> list[str]:
    reasons: dict[str, list[TrialRecord]] = {}
    for trial in result.trials:
        if trial.state == "failed" and trial.reason != result.reason:
            reasons.setdefault(trial.reason or "no reason", []).append(trial)
    lines = []
    for reason, trials in sorted(reasons.items(), key=lambda item: -len(item[1]))[:_TOP]:
        where = (
            f" (see experiment_result.trials[{trials[0].number}].traceback)" if trials[0].traceback else ""
        )
        lines.append(f"{len(trials)} failed: {reason}{where}")
    return lines


def _notes(result: Result) -> list[str]:
    notes = _failures(result)
    if not result.delivered:
        notes.append("The platform does not answer just now; the results are kept and will be delivered.")
    return notes


def _table(result: Result) -> str:
    top = [
        (trial, _numbers(trial, result.objectives) if result.also else [f"{trial.value:.6g}"])
        for trial in _top(result)
    ]
    if not top:
        return ""
    names = list(dict.fromkeys(name for trial, _ in top for name in trial.params))
    head = "".join(
        f"<th style='text-align:left'>{escape(name)}</th>"
        for name in ("trial", *(one.metric for one in result.objectives), *names)
    )

    def row(cells: Iterable[str]) -> str:
        return (
            "<tr>" + "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in cells) + "</tr>"
        )

    def cell(values: Params, name: str) -> str:
        return scalar(values[name]) if name in values else ""

    rows = "".join(
        row([str(trial.number), *measured, *(cell(trial.params, name) for name in names)])
        for trial, measured in top
    )
    return f"<table style='{_CODE}'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def result_view(result: Result) -> tuple[str, str]:
    """A sweep that has ended as HTML and as text. Why it failed is left to the cell's error, which comes next."""
    head = f"{result.name}: {result.state}, {count(len(result.trials), 'trial')} in {clock(result.seconds)}"
    found = _several(result.objectives, len(result.front)) if result.also else ""
    best = found or _best(result.metric, None if result.also else result.best_trial) or "no trial completed"
    notes = _notes(result)
    reason = "" if result.state == "failed" else result.reason or ""
    why = f" <span style='{_FAINT}'>{escape(reason)}</span>" if reason else ""
    html = [
        f"<div style='{_BOX}'><strong>{escape(head)}</strong>{why}<div>{escape(best)}</div>",
        _table(result),
    ]
    html += [f"<div style='color:var(--jp-warn-color0)'>{escape(note)}</div>" for note in notes]
    text = [head + (f" ({reason})" if reason else ""), best, *notes]
    if found:
        html.append(
            f"<div style='{_FAINT}'>No trial is the best in all: those that no other is better than are in "
            "<code>experiment_result.front</code>.</div>"
        )
        text.append(
            "No trial is the best in all: those that no other is better than are in experiment_result.front."
        )
    elif not result.also and result.best_trial:
        html.append(
            f"<div style='{_FAINT}'>The best hyperparameters are in <code>best</code>, "
            "everything in <code>experiment_result</code>.</div>"
        )
        text.append("The best hyperparameters are in best, everything in experiment_result.")
    html.append("</div>")
    return "".join(html), "\n".join(text)
