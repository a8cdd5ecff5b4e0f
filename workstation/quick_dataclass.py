"""The decorator ``dataclass`` as the standard library has it, whose classes are made in a tenth of the time.

That one writes and compiles up to eight functions for each class, half a millisecond in all, when a module is loaded.
Of a hundred classes that a short command loads, this was a third of its time. Here what the functions do is written
once, and ``__init__`` is compiled when a class comes to have several instances. Type checkers see the standard one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    import dataclasses
    from dataclasses import MISSING, FrozenInstanceError, fields
    from operator import attrgetter
    from reprlib import recursive_repr
    from types import MemberDescriptorType

    _set = object.__setattr__

    class _FromFactory:
        """Stands in signatures for a value that is made anew for each instance."""

        def __repr__(self):
            return "<factory>"

    _FROM_FACTORY = _FromFactory()

    def dataclass(cls=None, /, **options):
        """Do what `dataclasses.dataclass` does, with the same options.

        A class that asks for order among its instances, or for anything else that is rare, is made by that itself.
        """
        if cls is None:
            return lambda each: dataclass(each, **options)
        if options.keys() - _KNOWN:
            return dataclasses.dataclass(cls, **options)
        return _made(cls, **options)

    _FEW = 8
    """So many instances take less time to fill one by one than it takes to compile what fills them quickly."""
    _KNOWN = {"init", "repr", "eq", "frozen", "slots", "kw_only"}

    def _made(cls, *, init=True, repr=True, eq=True, frozen=False, slots=False, kw_only=False):  # noqa: A002 - as there
        own = dict(cls.__dict__)
        cls.__doc__ = cls.__doc__ or cls.__name__  # else a signature would be made up for it, which takes long
        # A class below one that is frozen has to be, too; there the two methods that make it so are compiled.
        is_below = frozen and any(_is_frozen(each) for each in cls.__mro__[1:])
        made = dataclasses.dataclass(
            cls, init=False, repr=False, eq=False, frozen=is_below, slots=slots, kw_only=kw_only
        )
        found = fields(made)
        if init and "__init__" not in own:
            made.__init__ = _late_init(made, found, is_frozen=frozen, has_slots=slots)
        if repr and "__repr__" not in own:
            made.__repr__ = _repr_of(found)
        if eq:
            _compare(made, found, own, is_frozen=frozen)
        if frozen:
            _freeze(made, found, own, has_slots=slots)
        return made

    def _is_frozen(cls):
        told = cls.__dict__.get("__dataclass_params__")
        return told is not None and told.frozen

    def _late_init(cls, found, *, is_frozen, has_slots):
        """Give an ``__init__`` that fills the first instances field by field: often there are no others."""
        left = _FEW if all(each.init for each in found) else 0
        by_place = [each.name for each in found if not each.kw_only]
        store = _set if is_frozen else setattr

        def __init__(self, *args, **keywords):  # noqa: N807 - it is the method
            nonlocal left
            left -= 1
            given = dict(zip(by_place, args, strict=False))
            is_clear = left >= 0 and len(given) == len(args) and given.keys().isdisjoint(keywords)
            if is_clear and _is_filled(self, found, given | keywords, store):
                if hasattr(cls, "__post_init__"):
                    self.__post_init__()
                return
            made = _init_of(cls, found, is_frozen=is_frozen, has_slots=has_slots)
            if cls.__dict__["__init__"] is __init__:
                cls.__init__ = made
            made(self, *args, **keywords)

        return __init__

    def _is_filled(self, found, given, store):
        """Store a value in each field; False where one is missing or too many, which the compiled one tells."""
        for each in found:
            if each.name in given:
                value = given.pop(each.name)
            elif each.default is not MISSING:
                value = each.default
            elif each.default_factory is not MISSING:
                value = each.default_factory()
            else:
                return False
            store(self, each.name, value)
        return not given

    def _init_of(cls, found, *, is_frozen, has_slots):
        names = {"_set": _set, "_FROM_FACTORY": _FROM_FACTORY}
        in_order, by_name, body = [], [], []
        for each in found:
            given, value = _given(each, names, has_slots=has_slots)
            if given:
                (by_name if each.kw_only else in_order).append(given)
            if value:
                body.append(f"\n {_stored(cls, each.name, value, names, is_frozen=is_frozen)}")
        if hasattr(cls, "__post_init__"):
            body.append("\n self.__post_init__()")
        words = ",".join(["self", *in_order, *(["*", *by_name] if by_name else [])])
        exec(f"def __init__({words}):{''.join(body) or ' pass'}", names)  # noqa: S102 - of names in our own classes
        made = names["__init__"]
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        return made

    def _given(field, names, *, has_slots):
        """Give how a field stands in the signature, empty where it does not, and what is stored, likewise."""
        name, default = field.name, f"_default_{field.name}"
        if field.default_factory is not MISSING:
            names[default] = field.default_factory
            if field.init:
                return f"{name}=_FROM_FACTORY", f"{default}() if {name} is _FROM_FACTORY else {name}"
            return "", f"{default}()"
        if field.default is MISSING:
            return (name, name) if field.init else ("", "")
        names[default] = field.default
        if field.init:
            return f"{name}={default}", name
        return "", default if has_slots else ""

    def _stored(cls, name, value, names, *, is_frozen):
        if not is_frozen:
            return f"self.{name} = {value}"
        slot = getattr(cls, name, None)
        if not isinstance(slot, MemberDescriptorType):
            return f"_set(self, {name!r}, {value})"
        names[f"_set_{name}"] = slot.__set__  # twice as quick
        return f"_set_{name}(self, {value})"

    def _repr_of(found):
        shown = tuple(each.name for each in found if each.repr)

        @recursive_repr()
        def __repr__(self):  # noqa: N807 - likewise
            words = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
            return f"{self.__class__.__qualname__}({words})"

        return __repr__

    def _compare(cls, found, own, *, is_frozen):
        values = _values_of([each.name for each in found if each.compare])

        def __eq__(self, other):  # noqa: N807 - likewise
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        def __hash__(self):  # noqa: N807 - likewise
            return hash(values(self))

        if "__eq__" not in own:
            cls.__eq__ = __eq__
        if "__hash__" not in own or (own["__hash__"] is None and "__eq__" in own):
            cls.__hash__ = __hash__ if is_frozen else None

    def _values_of(names):
        if len(names) > 1:
            return attrgetter(*names)
        return lambda self: tuple(getattr(self, name) for name in names)

    def _freeze(cls, found, own, *, has_slots):
        if "__setattr__" in own or "__delattr__" in own:
            raise TypeError(f"{cls.__name__} sets its attributes itself, and is to be frozen")
        names = frozenset(each.name for each in found)

        def __setattr__(self, name, value):  # noqa: N807 - likewise
            if type(self) is cls or name in names:
                raise FrozenInstanceError(f"cannot assign to field {name!r}")
            super(cls, self).__setattr__(name, value)

        def __delattr__(self, name):  # noqa: N807 - likewise
            if type(self) is cls or name in names:
                raise FrozenInstanceError(f"cannot delete field {name!r}")
            super(cls, self).__delattr__(name)

        cls.__setattr__, cls.__delattr__ = __setattr__, __delattr__
        cls.__dataclass_params__.frozen = True  # for classes below it
        if has_slots:
            cls.__getstate__ = own.get("__getstate__", _state_of)
            cls.__setstate__ = own.get("__setstate__", _restore)

    def _state_of(self):
        return [getattr(self, each.name) for each in fields(self)]

    def _restore(self, state):
        for each, value in zip(fields(self), state, strict=True):
            _set(self, each.name, value)
