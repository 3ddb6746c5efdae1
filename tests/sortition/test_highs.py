"""The door to the solver: statuses, bounds that are proved, changes to a program that was solved before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.sortition.highs import INFINITY, Program, Solver, Status, dense, version


def knapsack(cost: list[float], room: float, *, whole: bool = True) -> Program:
    """max cost·x, Σ x <= room, 0 <= x <= 1."""
    number = len(cost)
    return Program(
        cost=np.array(cost, dtype=np.float64),
        lower=np.zeros(number),
        upper=np.ones(number),
        matrix=dense(np.ones((1, number))),
        row_lower=np.array([-INFINITY]),
        row_upper=np.array([room]),
        integers=np.ones(number, dtype=np.bool_) if whole else None,
    )


def test_an_optimum_with_its_duals() -> None:
    answer = Solver(knapsack([3, 2, 1], 1.5, whole=False)).run()
    assert answer.status is Status.OPTIMAL
    assert answer.value == pytest.approx(4)
    assert answer.x.tolist() == pytest.approx([1, 0.5, 0])
    assert answer.duals.tolist() == pytest.approx([2])
    assert answer.reduced.tolist() == pytest.approx([1, 0, -1])


def test_primal_values_only() -> None:
    answer = Solver(knapsack([3, 2, 1], 1.5, whole=False)).run(primal=True)
    assert answer.x.tolist() == pytest.approx([1, 0.5, 0])
    assert len(answer.duals) == len(answer.reduced) == 0


def test_no_solution_has_no_values_and_no_bound() -> None:
    solver = Solver(knapsack([1, 1], -1), nodes=10)
    answer = solver.run()
    assert answer.status is Status.INFEASIBLE
    assert len(answer.x) == 0
    assert solver.dual_bound() == INFINITY


def test_no_columns() -> None:
    program = Program(
        cost=np.zeros(0),
        lower=np.zeros(0),
        upper=np.zeros(0),
        matrix=dense(np.zeros((1, 0))),
        row_lower=np.ones(1),
        row_upper=np.ones(1),
    )
    assert Solver(program).run().status is Status.INFEASIBLE


def test_at_the_node_limit() -> None:
    """Equal knapsacks, two to a room: half a one more fits on average. No node, no solution, a bound."""
    chance = np.random.default_rng(1)
    size = 30
    program = Program(
        cost=np.rint(100 * chance.random(size)) + 50,
        lower=np.zeros(size),
        upper=np.ones(size),
        matrix=dense(np.rint(chance.random((10, size)) * 100)),
        row_lower=np.full(10, -INFINITY),
        row_upper=np.full(10, 251.0),
        integers=np.ones(size, dtype=np.bool_),
    )
    limited = Solver(program, presolve=True, nodes=0)
    answer = limited.run()
    assert answer.status is Status.LIMIT
    assert len(answer.x) == 0
    assert limited.dual_bound() >= Solver(program, presolve=True, nodes=10_000).run().value


@settings(max_examples=30)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8), st.integers(0, 8))
def test_the_proved_bound_of_an_integer_program(cost: list[int], room: int) -> None:
    solver = Solver(knapsack([float(one) for one in cost], room + 0.5), presolve=True, nodes=100)
    answer = solver.run()
    assert answer.status is Status.OPTIMAL
    assert answer.value == pytest.approx(sum(sorted(cost, reverse=True)[:room]))
    assert solver.dual_bound() == pytest.approx(answer.value)
    assert solver.iterations() >= 0


def test_costs_bounds_rows_and_columns_may_change() -> None:
    solver = Solver(knapsack([3, 2, 1], 1, whole=False))
    assert solver.run().value == pytest.approx(3)
    solver.set_costs(np.array([1.0, 2.0, 5.0]))
    assert solver.run().value == pytest.approx(5)
    solver.set_bounds(np.array([1.0, 0.0, 0.0]), np.ones(3))
    assert solver.run().value == pytest.approx(1)
    solver.set_row_bounds(np.array([0]), np.array([2.0]), np.array([2.0]))
    assert solver.run().value == pytest.approx(6)
    solver.add_columns([(np.array([0], dtype=np.int32), np.array([-1.0]))])
    answer = solver.run()
    assert answer.value == pytest.approx(8)
    assert answer.x.tolist() == pytest.approx([1, 1, 1, 1])


def test_another_program_in_the_same_instance() -> None:
    solver = Solver(knapsack([3, 2, 1], 1, whole=False))
    solver.run()
    solver.load(knapsack([1, 4], 1, whole=False))
    assert solver.run().x.tolist() == pytest.approx([0, 1])
    assert solver.rows == 1


def test_the_non_zeros_of_a_matrix() -> None:
    entries = dense(np.array([[0.0, 2.0], [3.0, 0.0]]))
    assert entries.row.tolist() == [0, 1]
    assert entries.column.tolist() == [1, 0]
    assert entries.value.tolist() == [2.0, 3.0]


def test_the_version_is_known() -> None:
    assert version().count(".") == 2
