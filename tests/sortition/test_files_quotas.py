"""What a row of the categories can say: optional columns, joint quotas, quotas for some people only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.sortition import files, messages
from civic.sortition.files import conjunction
from civic.sortition.problem import Problem
from civic.sortition.question import Quota
from tests.sortition.file_makers import codes


@pytest.mark.parametrize("names", ["category,feature", "feature,value"])
def test_the_optional_columns(names: str) -> None:
    text = (
        f"{names},min,max,min_flex,max_flex,constituencies,weight\nleeftijd,jong,1,2,0,9,stad| dorp |,2.5\n"
        "leeftijd,oud,1,2,,,,\nleeftijd,stok,1,2,1,2,stad,0.001\n"
    )
    quotas, errors = files.read_categories(text.encode())
    assert errors == []
    assert [quota.flex for quota in quotas] == [(0, 9), None, (1, 2)]
    assert [quota.constituencies for quota in quotas] == [("dorp", "stad"), (), ("stad",)]
    assert [quota.weight for quota in quotas] == [2.5, 1.0, 0.001]


def test_a_weight_with_a_comma_and_columns_in_another_case() -> None:
    text = "Category;FEATURE;Min;max;Weight\nleeftijd;jong;1;2;2,5\n"
    assert files.read_categories(text.encode())[0][0].weight == 2.5


@pytest.mark.parametrize(
    ("text", "is_weight"),
    [
        *[(text, True) for text in ("0,001", "0.001", "1000", "1000,0", "0.3333333333333333", "007")],
        *[
            (text, False)
            for text in ("0", "0.000999", "1000.0001", "999999999", "-1", "1e2", "1.", "nan", "1/3")
        ],
    ],
)
def test_a_weight_lies_between_a_thousandth_and_a_thousand(text: str, is_weight: bool) -> None:
    table = f'category,feature,min,max,weight\na,b,1,2,"{text}"\n'
    _quotas, errors = files.read_categories(table.encode())
    assert codes(errors) == ([] if is_weight else ["weight_line"])
    for error in errors:
        wanted = f"Regel 2: het gewicht “{text}” is geen getal van 0,001 tot en met 1000."
        assert messages.sentence(error) == wanted


def test_all_errors_in_the_optional_columns_at_once() -> None:
    text = (
        "category,feature,min,max,min_flex,max_flex,constituencies,weight\n"
        "a,b,2,5,3,4,,0\na,c,2,5,1,,,-1\na,d,2,5,,7,=x,nul\na,e,2,5,x,9,,@1\na,f,5,2,0,9,,0.0\n"
    )
    _quotas, errors = files.read_categories(text.encode())
    wanted = ["flex_inside_line", "flex_inside_line", "weight_line"]
    wanted += ["blank_cell", "weight_line"]
    wanted += ["formula", "blank_cell", "weight_line"]
    wanted += ["formula", "not_a_number"]
    wanted += ["min_above_max_line", "weight_line"]
    assert codes(errors) == wanted
    assert [error.params["line"] for error in errors] == [2] * 3 + [3] * 2 + [4] * 3 + [5] * 2 + [6] * 2
    assert dict(errors[0].params) == {
        "line": 2,
        "inner": "min",
        "outer": "min_flex",
        "inside": 2,
        "outside": 3,
    }


def test_one_flexible_bound_needs_the_other() -> None:
    _quotas, errors = files.read_categories(b"category,feature,min,max,min_flex\na,b,1,2,0\n")
    assert [error.params["column"] for error in errors] == ["max_flex"]


def test_one_condition_for_two_constituencies_is_no_double() -> None:
    text = b"category,feature,min,max,constituencies\na,b,1,2,stad\na,b,1,3,dorp\na,b,1,3,dorp|stad\n"
    assert files.read_categories(text)[1] == []
    _quotas, errors = files.read_categories(text + b"a,b,0,9,stad|dorp\n")
    assert [(error.code, error.params["line"], error.params["first"]) for error in errors] == [
        ("duplicate_quota_line", 5, 4)
    ]


def test_a_joint_quota() -> None:
    text = b"category,feature,min,max\nleeftijd + wijk,16-34 + Noord,2,4\nstudie,mbo + hbo,1,2\nA+,65+,0,1\n"
    quotas, errors = files.read_categories(text)
    assert errors == []
    assert [quota.condition for quota in quotas] == [
        (("leeftijd", "16-34"), ("wijk", "Noord")),
        (("studie", "mbo + hbo"),),
        (("A+", "65+"),),
    ]


def test_a_plus_that_belongs_to_a_name_is_doubled() -> None:
    text = (
        b"category,feature,min,max\nwerk ++ studie,ja + nee,1,2\n"
        b"werk ++ studie + wijk,ja ++ nee + Noord,1,2\n"
    )
    quotas, errors = files.read_categories(text)
    assert errors == []
    assert quotas[0].condition == (("werk + studie", "ja + nee"),)
    assert quotas[1].condition == (("werk + studie", "ja + nee"), ("wijk", "Noord"))


@pytest.mark.parametrize("cells", ["a + b,x", "a + b,x + y + z", "a +,x + y", "+ a,x", "a + b,x + ", "+,x"])
def test_a_joint_quota_with_parts_that_do_not_match(cells: str) -> None:
    quotas, errors = files.read_categories(f"category,feature,min,max\n{cells},1,2\n".encode())
    assert codes(errors) == ["uneven_conjunction"]
    assert quotas == ()


@given(st.lists(st.text("+ ab", min_size=1).map(str.strip).filter(bool), min_size=1, max_size=4))
def test_splitting_is_the_inverse_of_joining(parts: list[str]) -> None:
    assert conjunction.split(conjunction.join(parts)) == parts


def test_a_value_of_a_joint_quota_may_be_anything() -> None:
    quotas = (Quota([("leeftijd", "jong"), ("wijk", "Noord")], 0, 1),)
    pool, errors = files.read_respondents(b"leeftijd,wijk\njong,Zuid\n", quotas)
    assert errors == []
    assert pool is not None


def test_quotas_that_bind_some_people_only() -> None:
    quotas, _errors = files.read_categories(
        b"category,feature,min,max,constituencies\nkring,bewoner,1,1,\nkring,ambtenaar,1,1,\n"
        b"studie,mbo,0,9,bewoner\nstudie,hbo,0,9,bewoner\nleeftijd + kring,oud + bewoner,0,1,bewoner\n"
    )
    content = b"id,kring,studie,leeftijd\na,bewoner,mbo,oud\nb,ambtenaar,,\nc,ambtenaar,elders,9\n"
    pool, errors = files.read_respondents(content, quotas, constituency="kring")
    assert errors == []
    assert pool is not None
    assert pool.features == ("kring", "studie", "leeftijd")
    Problem(pool, quotas, 2, constituency="kring")
    content += b"d,bewoner,elders,oud\ne,bewoner,,oud\nf,,,\ng,ambtenaar,=1,\n"
    _pool, errors = files.read_respondents(content, quotas, constituency="kring")
    assert [(error.code, error.params["line"]) for error in errors] == [
        ("unknown_value_line", 5),
        ("blank_cell", 6),
        ("blank_cell", 7),
        ("formula", 8),
    ]
    # nobody knows who belongs where: that is for the problem to say, once
    assert files.read_respondents(content[: content.index(b"\nd,")], quotas)[1] == []


def test_quotas_for_everybody_and_for_some() -> None:
    quotas = [Quota([("f", one)], 0, 9) for one in "abc"]
    quotas += [Quota([("f", one)], 0, 9, constituencies=("x",)) for one in "ab"]
    _pool, errors = files.read_respondents(b"id,k,f\n1,x,a\n2,x,c\n3,y,c\n4,y,d\n", quotas, constituency="k")
    assert [(error.code, error.params["line"]) for error in errors] == [
        ("unknown_value_line", 3),
        ("unknown_value_line", 5),
    ]
