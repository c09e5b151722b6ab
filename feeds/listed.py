"""Many values in one parameter of a question: ids, keys, channels.

PostgreSQL takes an array, SQLite a text of JSON. So a question reads the same however many are
asked for: it is understood once, and no engine's limit is reached.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    String,
    Text,
    bindparam,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


def among(column: Column[Any], name: str) -> ColumnElement[bool]:
    """That a column holds one of the values which the parameter of this name lists."""
    return _Among(column, bindparam(name, type_=_List(isinstance(column.type, String))))


def in_channels(column: Column[str]) -> ColumnElement[bool]:
    """That a row stands in one of `channels`, and under one of `ids` in a column.

    Each pairing is looked up by itself: asked for all at once, an engine that has not counted the
    table yet would rather read whole channels.
    """
    channels, ids = (
        _Each(bindparam(name, type_=_List(is_text=True))).table_valued("value")
        for name in ("channels", "ids")
    )
    pairings = select(channels.c.value, ids.c.value).join_from(channels, ids, true())
    return tuple_(column.table.c.channel, column).in_(pairings)


class _Among(FunctionElement[bool]):
    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> "_Among":
        """A condition as it is: compared with 1, it could not be answered by an index."""
        return self


class _Each(FunctionElement[str]):
    """The values of a list as rows."""

    inherit_cache = True


class _List(TypeDecorator[Sequence[object]]):
    """Values as one parameter. Text is not cast to its length, which would cut it off."""

    impl = Text
    cache_ok = True

    def __init__(self, is_text: bool) -> None:
        super().__init__()
        self.is_text = is_text

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return Text()
        return ARRAY(Text() if self.is_text else BigInteger())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else orjson.dumps(value).decode()


@compiles(_Among)
def _in_json(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 (our own names)


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_Each)
def _each_of_json(element: _Each, compiler: SQLCompiler, **how: Any) -> str:
    (values,) = (compiler.process(clause, **how) for clause in element.clauses)
    return f"json_each({values})"


@compiles(_Each, "postgresql")
def _each_of_array(element: _Each, compiler: SQLCompiler, **how: Any) -> str:
    (values,) = (compiler.process(clause, **how) for clause in element.clauses)
    return f"(SELECT unnest({values}) AS value)"
