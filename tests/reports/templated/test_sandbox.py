"""What a template can do, and what it can not."""

import pytest
from jinja2 import TemplateError

from auditapp.reports.templated.sandbox import Refused, Sandbox

VALUES = {
    "a": {"b": "x<y", "items": [1, 2]},
    "l": [{"g": "major", "n": "1"}, {"g": "minor", "n": "2"}],
    "t": "abc",
}


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("{{ a.b }} {{ a['b'] }}", "x&lt;y x&lt;y"),
        ("{{ a.items }}", "[1, 2]"),  # a name of ours, not Python's method
        ("{{ l|map(attribute='n')|join(', ') }}", "1, 2"),
        ("{% for x in l|selectattr('g', 'equalto', 'minor') %}{{ loop.index }}{{ x.n }}{% endfor %}", "12"),
        ("{% if l|length > 1 and 'b' in t %}yes{% else %}no{% endif %}", "yes"),
        ("{{ nothing.at.all }}|{{ t|upper }}|{{ t + t }}|{{ 1 + 2 }}", "|ABC||3"),
        ("{% for c in t %}{{ c }}{% endfor %}", ""),  # letters are no list
        ("{% for x in l %}{{ loop.cycle }}{{ loop.__class__ }}{% endfor %}", None),
    ],
)
def test_it_reads_compares_and_repeats(source, made):
    if made is None:
        with pytest.raises(Refused):
            Sandbox().from_string(source)
    else:
        assert Sandbox().from_string(source).render(VALUES) == made


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ a['__class__'].__init__ }}",
        "{{ a|attr('b') }}",
        "{{ l|map('attr', '__class__') }}",
        "{{ l|map(attribute='n.__class__')|list }}",
        "{{ l|selectattr('__class__')|list }}",
        "{{ t.upper() }}",
        "{{ range(3) }}",
        "{{ self }}",
        "{{ cycler }}{{ lipsum(9) }}",
        "{{ t * 1000000000 }}",
        "{{ 9 ** 9999999 }}",
        "{{ 'a'|join('b'|upper) }}",
        "{{ t|center(1000000000) }}",
        "{{ '%999999999d'|format(1) }}",
        "{{ '%d' % 1 }}",
        "{{ t|replace('a', 'aaaa') }}",
        "{{ t|safe }}",
        "{% set x = 1 %}",
        "{% macro m() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
        "{% for x in l recursive %}{% endfor %}",
        "{% for x in l %}" * 18 + "{% endfor %}" * 18,
        "{% for x in l %}{% for y in l %}" * 60 + "x" + "{% endfor %}{% endfor %}" * 60,
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ '" + "a" * 300 + "' }}",
    ],
)
def test_it_can_do_nothing_else(source):
    with pytest.raises((Refused, TemplateError, RecursionError)):
        Sandbox().from_string(source).render(VALUES)
