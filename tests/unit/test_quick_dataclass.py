"""The quick decorator beside the one of the standard library: each class is made by both, and they do the same."""

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, fields, replace
from typing import Any, ClassVar

import pytest

from workstation import quick_dataclass

Maker = Callable[..., Any]
QUICK, STANDARD = quick_dataclass.dataclass, dataclasses.dataclass
FORMS: tuple[dict[str, bool], ...] = (
    {},
    {"frozen": True},
    {"slots": True},
    {"frozen": True, "slots": True},
    {"frozen": True, "slots": True, "kw_only": True},
    {"frozen": True, "eq": False},
    {"frozen": True, "repr": False},
    {"frozen": True, "slots": True, "order": True},
)


@quick_dataclass.dataclass(frozen=True, slots=True)
class Pickled:
    """One that ``pickle`` finds by its name."""

    size: int
    names: tuple[str, ...] = ()


def _class(maker: Maker, options: dict[str, bool]) -> Any:
    class Made:
        """A class."""

        joins: ClassVar[str] = "no field"
        first: int
        second: float = 2.0
        hidden: str = field(default="h", repr=False)
        apart: int = field(default=0, compare=False)
        listed: list[int] = field(default_factory=list)

        def twice(self) -> int:
            return 2 * self.first

    return maker(Made, **options)


def _both(options: dict[str, bool]) -> tuple[Any, Any]:
    return _class(QUICK, options), _class(STANDARD, options)


def _outcome(do: Callable[[], object]) -> object:
    try:
        return do()
    except Exception as error:  # noqa: BLE001 - whatever it is, both raise the same
        return type(error), str(error)


@pytest.mark.parametrize("options", FORMS, ids=str)
@pytest.mark.parametrize("before", [0, 20], ids=["the first ones", "after many"])
def test_instances_hold_are_told_compared_and_hashed_as_those_of_the_standard_library(
    options: dict[str, bool], before: int
) -> None:
    both = _both(options)
    told = []
    for made in both:
        for _ in range(before):
            made(first=1)
        one, other = made(first=3, listed=[1]), made(first=3, second=2.0, apart=7, listed=[1])
        told.append(
            (
                dataclasses.astuple(one),
                dataclasses.astuple(other),
                repr(one).partition("Made")[2] if options.get("repr", True) else "",
                one == other,
                one != made(first=4),
                one == (3, 2.0),
                one.twice(),
                hasattr(one, "__dict__"),
                made.__match_args__,
                [(each.name, each.default, each.kw_only) for each in fields(made)],
                _outcome(lambda one=one: hash(one) and "hashed"),  # type: ignore[misc]
                _outcome(lambda made=made: hash(made(first=1, listed=())) == hash(made(first=1, listed=()))),  # type: ignore[misc]
                dataclasses.astuple(replace(one, second=5.0)),
                dataclasses.astuple(copy.deepcopy(one)),
            )
        )
    assert told[0] == told[1]


@pytest.mark.parametrize("before", [0, 20], ids=["the first ones", "after many"])
@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((), {}),
        ((1, 2, 3, 4, [], 6), {}),
        ((1,), {"first": 1}),
        ((1,), {"nosuch": 1}),
        ((), {"second": 1.0}),
    ],
)
def test_arguments_that_are_missing_or_too_many_are_told_in_the_same_words(
    given: tuple[Any, ...], named: dict[str, Any], before: int
) -> None:
    told = []
    for made in _both({"frozen": True, "slots": True}):
        for _ in range(before):
            made(1)
        told.append(_outcome(lambda made=made: made(*given, **named)))  # type: ignore[misc]
    assert told[0] == told[1]
    assert told[0][0] is TypeError  # type: ignore[index]


def test_a_frozen_instance_lets_nothing_be_set_or_deleted() -> None:
    for options in ({"frozen": True}, {"frozen": True, "slots": True}):
        one = _class(QUICK, options)(1)
        with pytest.raises(FrozenInstanceError, match="cannot assign to field 'first'"):
            one.first = 2
        with pytest.raises(FrozenInstanceError, match="cannot delete field 'first'"):
            del one.first
        with pytest.raises(FrozenInstanceError):
            one.nosuch = 2
        assert one.first == 1


def test_lists_of_two_instances_are_two_lists() -> None:
    made = _class(QUICK, {"frozen": True})
    one, other = made(1), made(1)
    one.listed.append(1)
    assert other.listed == []


@pytest.mark.parametrize("below", [QUICK, STANDARD], ids=["quick", "standard"])
@pytest.mark.parametrize("above", [QUICK, STANDARD], ids=["quick", "standard"])
def test_a_class_below_another_has_the_fields_of_both_whoever_made_them(above: Maker, below: Maker) -> None:
    @above(frozen=True, kw_only=True)
    class Above:
        size: int = 1

        def __post_init__(self) -> None:
            if self.size < 0:
                raise ValueError("less than nothing")

    @below(frozen=True, kw_only=True)
    class Below(Above):
        name: str

    one: Any = Below(name="a", size=3)  # type: ignore[call-arg]
    assert (one.size, one.name, one == Below(name="a", size=3)) == (3, "a", True)  # type: ignore[call-arg]
    assert one != Above(size=3)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="less than nothing"):
        Below(name="a", size=-1)  # type: ignore[call-arg]
    with pytest.raises(FrozenInstanceError):
        one.size = 4
    with pytest.raises(TypeError, match="cannot inherit non-frozen"):
        below(type("Loose", (Above,), {"__annotations__": {"x": int}}))


def test_methods_that_a_class_has_of_its_own_stay() -> None:
    @quick_dataclass.dataclass(frozen=True)
    class Own:
        """One."""

        size: int

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    assert (repr(Own(1)), Own(1) == Own(2), hash(Own(3))) == ("own", True, 7)


def test_an_instance_with_slots_is_pickled_before_and_after_there_were_many() -> None:
    for _ in range(20):
        assert pickle.loads(pickle.dumps(Pickled(3, ("a",)))) == Pickled(3, ("a",))  # noqa: S301 - our own bytes


def test_a_value_that_holds_itself_is_told() -> None:
    made = _class(QUICK, {})
    one = made(1)
    one.listed.append(one)
    assert "..." in repr(one)
