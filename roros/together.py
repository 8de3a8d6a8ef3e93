"""Several small registers in one trip to the database: a page that needs six lists waits once, not six times."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators


def read_together(*wanted: QuerySet[Any, Any]) -> list[list[Any]]:
    """This will read query sets in one query, each list as the query set alone would give it.

    A query set gives rows of its model, with what it asks for by `select_related`, or tuples by `values_list`. The
    lists come as JSON; each value is made again by its own field, so that amounts stay exact.
    """
    selects, parameters, compilers = [], [], []
    for one in wanted:
        compiler = one.query.get_compiler(connection=connection)
        sql, given = compiler.as_sql()
        names = [f"c{place}" for place in range(len(compiler.select))]
        selects.append(
            f"(SELECT coalesce(json_agg(json_build_array({', '.join(names)})), '[]')"
            f" FROM ({sql}) listed({', '.join(names)}))::text"
        )
        parameters += given
        compilers.append(compiler)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(selects)}", parameters)
        texts = cursor.fetchone()
    return [
        _made(one, compiler, json.loads(text, parse_float=Decimal))
        for one, compiler, text in zip(wanted, compilers, texts, strict=True)
    ]


def select_together(*statements: tuple[str, Mapping[str, object]]) -> list[list[tuple[Any, ...]]]:
    """This will run statements, each with its parameters, as one query: the rows of each, amounts exact.

    A statement names its columns, and gives numbers, texts and truth values only.
    """
    with connection.cursor() as cursor:
        parts = [cursor.mogrify(sql, dict(given)).decode() for sql, given in statements]
        cursor.execute(
            "SELECT " + ", ".join(f"(SELECT coalesce(json_agg(one), '[]') FROM ({part}) one)::text" for part in parts)
        )
        texts = cursor.fetchone()
    return [[tuple(row.values()) for row in json.loads(text, parse_float=Decimal)] for text in texts]


def _made(wanted: QuerySet[Any, Any], compiler: Any, rows: Sequence[Sequence[Any]]) -> list[Any]:
    """The rows as the query set would give them."""
    fields = [expression.output_field for expression, _sql, _alias in compiler.select]
    values = [
        tuple(None if value is None else field.to_python(value) for field, value in zip(fields, row, strict=True))
        for row in rows
    ]
    if wanted._iterable_class is not ModelIterable:
        return values
    own: Sequence[int] = compiler.klass_info["select_fields"]
    # The types are of a newer Django, which asks for one thing more.
    beside = get_related_populators(compiler.klass_info, compiler.select, connection.alias)  # type: ignore[call-arg]
    names = [fields[place].attname for place in own]
    made: list[Model] = []
    for row in values:
        made.append(wanted.model.from_db(connection.alias, names, [row[place] for place in own]))
        for populator in beside:
            populator.populate(row, made[-1])
    return made
