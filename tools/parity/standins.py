"""Modules that are not there, for tests which import them beside what is recorded. All their names are empty classes."""
import importlib.abc
import importlib.machinery
import sys
import types


class Anything(type):
    """A class whose attributes are such classes too, and so on."""

    def __getattr__(cls, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return Anything(name, (Nothing,), {})

    def __iter__(cls):
        return iter(())


class Nothing(metaclass=Anything):
    """Takes every call, and answers with one of its kind."""

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return Nothing()

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return Nothing()

    def __iter__(self):
        return iter(())

    def __lt__(self, other):
        return False

    __le__ = __gt__ = __ge__ = __lt__


class StandIn(types.ModuleType):
    __path__ = ()
    # Newer than whatever a test asks for.
    __version__ = '999.0'

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return Anything(name, (Nothing,), {})


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, names):
        self.names = names

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.split('.')[0] in self.names else None

    def create_module(self, spec):
        return StandIn(spec.name)

    def exec_module(self, module):
        pass


def install(names):
    """`names` of packages that are to be found, empty, wherever they are imported from now on."""
    sys.meta_path.insert(0, Finder(names))
