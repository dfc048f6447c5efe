"""Steps: done once, redone when their sources change, and never taken for done when cut off."""

from pathlib import Path

import pytest

from launcher.faults import Fault
from launcher.progress import Progress
from launcher.stamps import content_hash, link_atomically, write_atomically
from launcher.steps import Step, Steps, Work


@pytest.fixture
def steps(tmp_path: Path) -> Steps:
    return Steps(tmp_path / "stamps", tmp_path / "logs", Progress(quiet=True))


def making(source: Path, made: Path, runs: list[str]) -> Step:
    def run(work: Work) -> None:
        runs.append(source.read_text())
        work.run("cp", str(source), str(made))

    return Step("copy", "a copy", lambda: content_hash([source]), run, (made,))


def test_a_step_runs_once_for_one_content(tmp_path: Path, steps: Steps) -> None:
    source, made, runs = tmp_path / "source", tmp_path / "made", list[str]()
    source.write_text("one")
    step = making(source, made, runs)
    assert [steps.run([step]), steps.run([step])] == [1, 0]
    source.write_text("two")
    assert steps.run([step]) == 1
    assert runs == ["one", "two"]
    assert made.read_text() == "two"


def test_a_step_whose_result_was_removed_runs_again(tmp_path: Path, steps: Steps) -> None:
    source, made = tmp_path / "source", tmp_path / "made"
    source.write_text("one")
    step = making(source, made, [])
    steps.run([step])
    made.unlink()
    assert steps.run([step]) == 1


def test_an_interrupted_step_resumes_and_those_before_it_are_not_repeated(tmp_path: Path, steps: Steps) -> None:
    source, made, runs = tmp_path / "source", tmp_path / "made", list[str]()
    source.write_text("one")
    first = making(source, made, runs)
    cut = True

    def run(_work: Work) -> None:
        if cut:
            raise KeyboardInterrupt

    second = Step("second", "second", lambda: "key", run)
    with pytest.raises(KeyboardInterrupt):
        steps.run([first, second])
    cut = False
    assert steps.run([first, second]) == 1
    assert runs == ["one"]


def test_a_step_cut_off_while_redone_is_not_taken_for_done_when_its_source_changes_back(steps: Steps) -> None:
    keys = ["old"]
    cut = False

    def run(_work: Work) -> None:
        if cut:
            raise KeyboardInterrupt

    step = Step("step", "step", lambda: keys[0], run)
    steps.run([step])
    keys[0], cut = "new", True
    with pytest.raises(KeyboardInterrupt):
        steps.run([step])
    keys[0] = "old"
    assert steps.pending(step)


def test_tracks_run_at_the_same_time(tmp_path: Path, steps: Steps) -> None:
    def waiting(own: str, other: str) -> Step:
        script = f"touch {own}; for i in $(seq 1200); do [ -e {other} ] && exit 0; sleep 0.05; done; exit 1"
        return Step(own, own, lambda: "key", lambda work: work.run("sh", "-c", script, cwd=tmp_path))

    assert steps.run_side_by_side([waiting("one", "two")], [waiting("two", "one")]) == 2


def test_a_failure_ends_what_runs_beside_it(tmp_path: Path, steps: Steps) -> None:
    fail = Step("bad", "bad", lambda: "key", lambda work: work.run("sh", "-c", "echo the very reason; exit 3"))
    last = Step("last", "last", lambda: "key", lambda work: work.run("touch", str(tmp_path / "last")))
    endless = Step("endless", "endless", lambda: "key", lambda work: work.run("sleep", "1000"))
    with pytest.raises(Fault, match="the very reason"):
        steps.run_side_by_side([fail], [endless, last])
    assert [steps.pending(step) for step in (fail, endless, last)] == [True, True, True]
    assert not (tmp_path / "last").exists()


def test_a_failure_tells_the_end_of_the_log_and_where_it_is(steps: Steps) -> None:
    step = Step("bad", "bad", lambda: "key", lambda work: work.run("sh", "-c", "echo the very reason; exit 3"))
    with pytest.raises(Fault, match=r"ended with 3:\n.*\n    the very reason\n") as told:
        steps.run([step])
    assert "logs/bad.log" in str(told.value)
    assert steps.pending(step)


def test_a_step_that_makes_nothing_of_what_it_should_has_failed(tmp_path: Path, steps: Steps) -> None:
    with pytest.raises(Fault, match="without making"):
        steps.run([Step("lazy", "lazy", lambda: "key", lambda _work: None, (tmp_path / "absent",))])


def test_the_hash_sees_names_and_contents_but_not_what_a_build_made(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.ts").write_text("a")
    before = content_hash([tmp_path])
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "a.js").write_text("a")
    (tmp_path / "src" / "a.test.ts").write_text("a")
    assert content_hash([tmp_path]) == before
    (tmp_path / "src" / "a.ts").rename(tmp_path / "src" / "b.ts")
    assert content_hash([tmp_path]) != before


def test_files_and_links_are_replaced_whole(tmp_path: Path) -> None:
    secret, link = tmp_path / "folder" / "secret", tmp_path / "link"
    write_atomically(secret, "one", 0o600)
    write_atomically(secret, "two", 0o600)
    assert secret.read_text() == "two"
    assert secret.stat().st_mode & 0o777 == 0o600
    for target in ("first", "second"):
        link_atomically(link, target)
        assert str(link.readlink()) == target
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "link"]
