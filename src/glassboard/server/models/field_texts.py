"""What the docstrings below the fields of a model say, for the schema of the API."""

from __future__ import annotations

import ast
import functools
import inspect
import sys

__all__ = ["field_texts"]


def field_texts(model: type) -> dict[str, str]:
    """By field, those of its bases too; nothing where the source cannot be read.

    Pydantic's own `use_attribute_docstrings` reads the sources whenever a server starts; this, when the schema is asked for.
    """
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        found.update(_texts_of_module(each.__module__).get(each.__qualname__, {}))
    return found


@functools.cache
def _texts_of_module(name: str) -> dict[str, dict[str, str]]:
    """By class and field."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[name]))
    except (KeyError, OSError, TypeError):
        return {}
    return {node.name: _texts_of_class(node) for node in tree.body if isinstance(node, ast.ClassDef)}


def _texts_of_class(node: ast.ClassDef) -> dict[str, str]:
    found = {}
    for field, text in zip(node.body, node.body[1:], strict=False):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                found[name] = inspect.cleandoc(words)
    return found
