"""What every test gets: a home of its own, a check for threads left behind, a virtual screen, the sample studies."""

import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import samples, screen, threads

CI = bool(os.environ.get("CI"))
_LONG = ("test_fuzz.py",)
"""Few tests that take long: at the end, one process would run them while the others have nothing to do any more."""
_HOME = pytest.StashKey[tempfile.TemporaryDirectory[str]]()

settings.register_profile("here", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, database=None)
settings.load_profile("ci" if CI else "here")


def pytest_configure(config: pytest.Config) -> None:
    threads.remember_origins()
    # What is made once for many tests must not find the home of the person who runs them either.
    config.stash[_HOME] = tempfile.TemporaryDirectory(prefix="workstation-tests-", ignore_cleanup_errors=True)
    os.environ.update(_home_variables(Path(config.stash[_HOME].name)))
    for name in [name for name in os.environ if name.startswith("WORKSTATION_")]:
        del os.environ[name]


def pytest_unconfigure(config: pytest.Config) -> None:
    if _HOME in config.stash:
        config.stash[_HOME].cleanup()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes share the files, let them begin with those that take long, then go from large to small.

    They are handed out as they come (``--no-loadscope-reorder``); alone, xdist goes by the number of tests.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    files = Counter(each.path for each in items)
    order = sorted(files, key=lambda path: (path.name not in _LONG, -files[path]))
    places = {path: place for place, path in enumerate(order)}
    items.sort(key=lambda each: places[each.path])


def pytest_report_header() -> list[str]:
    platform = screen.platform_for_tests()
    window = "on a virtual X screen" if platform == "xcb" else "OFFSCREEN: no Xvfb here, so no real window system"
    return [f"window tests: {window}", f"sample studies: {samples.sample_studies() or 'none, their tests are skipped'}"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_what_ci_must_not_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_what_ci_must_not_skip(report)
    return report


def _fail_what_ci_must_not_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """A skip whose reason begins with "needs " is fine on a laptop and a hole on the build server."""
    if not (CI and report.skipped and isinstance(report.longrepr, tuple)):
        return
    reason = report.longrepr[2].removeprefix("Skipped: ")
    if reason.startswith("needs "):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: skipped on CI, which has to have everything: {reason}"


def _home_variables(home: Path) -> dict[str, str]:
    (home / "runtime").mkdir(mode=0o700, exist_ok=True)
    return {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_RUNTIME_DIR": str(home / "runtime"),
    }


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fail the test that leaves a thread alive, and name it."""
    before = threads.running()
    yield
    left = threads.left_behind(before)
    if left:
        pytest.fail("threads left alive: " + "; ".join(left))


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, so that no test sees or touches a person's library or settings."""
    folder = tmp_path_factory.mktemp("home")
    for name, value in _home_variables(folder).items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def usual_signals() -> Iterator[None]:
    """Have a test, and programs that it starts, hear signals also where it runs behind ``&`` or ``nohup``."""
    heard = [getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGQUIT") if hasattr(signal, name)]
    ignored = [each for each in heard if signal.getsignal(each) == signal.SIG_IGN]
    for each in ignored:
        signal.signal(each, signal.default_int_handler if each == signal.SIGINT else signal.SIG_DFL)
    yield
    for each in ignored:
        signal.signal(each, signal.SIG_IGN)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real sample studies; skipped where it is not."""
    folder = samples.sample_studies()
    if folder is None:
        pytest.skip("needs the sample studies in ../shared/data")
    return folder


@pytest.fixture(scope="session")
def demo_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo study, written once for all tests and all processes that run them; it is only read."""
    from workstation.phantoms.demo import write_demo

    own = tmp_path_factory.getbasetemp()
    common = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "demo" / "study"
    if not common.is_dir():
        made = write_demo(tmp_path_factory.mktemp("demo") / "study").folder
        common.parent.mkdir(exist_ok=True)
        try:
            made.rename(common)
        except OSError:  # another process was faster
            return made
    return common


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """The path of another program (``tool("dcmdump")``); skipped where it is not installed."""

    def find(name: str) -> str:
        # Some are Python packages, and so beside the interpreter.
        path = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
        if path is None:
            pytest.skip(f"needs the program {name}")
        return path

    return find


@pytest.fixture(scope="session")
def virtual_screen() -> None:
    """Lead every Qt program that starts from now on, in this process or below it, to a screen of our own."""
    if CI and screen.platform_for_tests() != "xcb":
        pytest.skip("needs the program Xvfb")
    os.environ.pop("WAYLAND_DISPLAY", None)
    os.environ.update(screen.start_virtual_screen())


@pytest.fixture(scope="session")
def qapp_args(virtual_screen: None) -> list[str]:
    """What pytest-qt starts its application with: on the virtual screen, whoever asks for it first."""
    return ["workstation-tests"]
