from __future__ import annotations

import re

import html5lib
from flask import Flask

from civic.db import db, now
from civic.initiatives.presentation.tilemap import GAP, HEIGHT, WIDTH, tile_map
from civic.initiatives.queries.tilemap import PlaceCount, counts_per_place, known_districts
from civic.regions.models import Municipality
from tests.access import OWNER_EMAIL
from tests.factories import municipality
from tests.initiatives.factories import draft, published
from tests.statements import counting

URL = "/initiatieven/kaart"


def place(name: str = "Urk", row: int = 1, column: int = 1, initiatives: int = 0) -> PlaceCount:
    return PlaceCount(name.lower(), name, row, column, initiatives)


def some(app: Flask) -> None:
    with app.app_context():
        published(title="Een")
        published(title="Twee", place_ids=(municipality("GM0995").id, municipality("GM0303").id))
        hidden = published(title="Verborgen")
        hidden.hidden_at = now()
        draft(title="Concept")
        db.session.commit()


def test_counts_are_of_what_is_on_the_site(app: Flask) -> None:
    some(app)
    with app.app_context():
        found = {one.name: one.initiatives for one in counts_per_place() if one.initiatives}
    assert found == {"Dronten": 1, "Lelystad": 2}


def test_the_map_has_a_link_a_name_and_a_number_per_municipality(app: Flask, client) -> None:
    some(app)
    page = client.get(URL).get_data(as_text=True)
    with app.app_context():
        places = db.session.query(Municipality).all()
        for one in places:
            assert page.count(f'href="/initiatieven?gemeente={one.slug}"') == 2  # on the map and in the table
    assert 'aria-label="Lelystad: 2 initiatieven"' in page
    assert 'aria-label="Dronten: 1 initiatief"' in page
    assert 'aria-label="Urk: 0 initiatieven"' in page


def test_it_is_a_small_drawing_without_script_or_style(app: Flask, client) -> None:
    some(app)
    drawing = re.search(r"<svg viewBox.*?</svg>", client.get(URL).get_data(as_text=True), re.DOTALL)
    assert drawing
    assert len(drawing[0].encode()) < 15_000
    assert "style" not in drawing[0]
    assert "<script" not in drawing[0]
    html5lib.HTMLParser(strict=True).parseFragment(drawing[0])


def test_the_list_has_it_too_and_the_links_filter(app: Flask, client) -> None:
    some(app)
    page = client.get("/initiatieven?gemeente=dronten").get_data(as_text=True)
    assert "Kies een gemeente op de kaart" in page
    assert ">Twee<" in page
    assert ">Een<" not in page


def test_an_empty_site_has_a_map_of_zeros(client) -> None:
    assert 'aria-label="Urk: 0 initiatieven"' in client.get(URL).get_data(as_text=True)


def test_statements_do_not_grow(app: Flask, client) -> None:
    with app.app_context():
        engine = db.engine
    with counting(engine) as few:
        client.get(URL)
    some(app)
    with counting(engine) as many:
        client.get(URL)
    assert len(many) == len(few) <= 2


def test_tiles_stand_where_the_data_says(app: Flask) -> None:
    made = tile_map([place("A", 3, 2), place("B", 5, 4)])
    assert [(tile.x, tile.y) for tile in made.tiles] == [(0, 0), (2 * (WIDTH + GAP), 2 * (HEIGHT + GAP))]
    assert (made.width, made.height) == (3 * WIDTH + 2 * GAP, 3 * HEIGHT + 2 * GAP)


def test_a_region_without_positions_gets_rows_of_three() -> None:
    made = tile_map([place(name, 0, 0) for name in "ABCD"])
    assert len({(tile.x, tile.y) for tile in made.tiles}) == 4
    assert tile_map([]).tiles == []


def test_shades_say_more_and_more() -> None:
    fills = [tile_map([place(initiatives=n)]).tiles[0].fill for n in (0, 1, 2, 3, 5, 6, 600)]
    assert [fills.index(fill) for fill in fills] == [0, 1, 1, 3, 3, 5, 5]


def test_long_names_stay_in_their_tile() -> None:
    made = tile_map([place("Nuenen, Gerwen en Nederwetten"), place("Noordoostpolderland", 2)])
    first, second = (tile.lines for tile in made.tiles)
    assert [line for line, _width in first] == ["Nuenen, Gerwen", "en Nederwetten"]
    assert second == (("Noordoostpolderland", WIDTH - 2 * GAP),)


def test_districts_to_choose_from(app: Flask, sign_in) -> None:
    with app.app_context():
        published(is_district=True, district_name="De Kuil")
        assert ("De Kuil", "Lelystad") in known_districts()
        assert ("Emmeloord", "Noordoostpolder") in known_districts()
        number = draft().id
    page = sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{number}/bewerken").get_data(as_text=True)
    assert 'list="bekende-wijken"' in page
    assert '<option value="De Kuil">Lelystad</option>' in page
