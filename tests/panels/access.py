"""Who may reach which page of the panels."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from civic.panels.service import panels
from civic.panels.service.panels import PanelText
from tests.access import EVERYBODY, LOTTERY_ADMINISTRATOR, Case
from tests.conftest import NOW
from tests.panels.makers import make_draw, make_finished_draw, make_panel, make_ready_panel

ADMINISTRATORS = frozenset({LOTTERY_ADMINISTRATOR})


def build() -> dict[str, Case]:
    """Every step of the preparation lists its own in `access_<step>.py`."""
    cases = _of_files_and_draws()
    for path in sorted(Path(__file__).parent.glob("access_*.py")):
        cases |= import_module(f"tests.panels.{path.stem}").build()
    return cases


def _of_files_and_draws() -> dict[str, Case]:
    ready, drawn, drawing = make_ready_panel(), make_ready_panel(), make_ready_panel()
    draft = make_panel(PanelText("Een ontwerp", "Deze vraag is nog niet klaar.", 20))
    done, running = make_finished_draw(drawn), make_draw(drawing)
    panels.keep_upload_errors(ready, ["Regel 3: er staat niets bij leeftijd."], at=NOW)
    form = {"title": "Een nieuw panel", "question": "Wat doen wij met het oude station?", "size": "30"}
    result = {"panel_id": drawn.id, "draw_id": done.id}
    open_draw = {"panel_id": drawing.id, "draw_id": running.id}
    return {
        "panels.index": Case(EVERYBODY),
        "panels.show": Case(EVERYBODY, {"panel_id": drawn.id}),
        "panels.new": Case(ADMINISTRATORS, form=form),
        "panels.edit": Case(ADMINISTRATORS, {"panel_id": draft.id}, form),
        "panels.files": Case(ADMINISTRATORS, {"panel_id": ready.id}),
        "panels.file_errors": Case(ADMINISTRATORS, {"panel_id": ready.id}, is_page=False),
        "panels.delete_files": Case(ADMINISTRATORS, {"panel_id": ready.id}),
        "panels.request_draw": Case(ADMINISTRATORS, {"panel_id": ready.id}),
        "panels.draw": Case(EVERYBODY, result),
        "panels.draw_progress": Case(EVERYBODY, open_draw, is_page=False),
        "panels.cancel_draw": Case(ADMINISTRATORS, open_draw),
        "panels.draw_csv": Case(ADMINISTRATORS, result, is_page=False),
        "panels.draw_impossible": Case(ADMINISTRATORS, result),
        "panels.composition_csv": Case(EVERYBODY, result, is_page=False),
        "panels.chances_csv": Case(EVERYBODY, result, is_page=False),
    }
