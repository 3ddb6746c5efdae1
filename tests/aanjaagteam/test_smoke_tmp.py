from tests.aanjaagteam.makers import *
from civic.db import db
import pytest, re

def test_all(app, client, sign_in):
    team = sign_in(Role.AANJAAGTEAM_MEMBER, email="teamlid@example.nl")
    with app.app_context():
        ids = {s: report_in(s, email="melder@example.nl").id for s in State}
        db.session.commit()
    for s, i in ids.items():
        r = team.get(f"/aanjaagteam/meldingen/{i}"); assert r.status_code == 200, s
        for p in ("besluit","verder","afronden","niet-oppakken"):
            r = team.get(f"/aanjaagteam/meldingen/{i}/{p}"); assert r.status_code in (200,409), (s,p, r.text)
            print(s,p,r.status_code)
        r = client.get(f"/meldingen/{i}"); assert r.status_code == (404 if s is State.NEW else 200)
    for u in ("/meldingen","/meldingen/nieuw","/meldingen/misstand","/meldingen/ontvangst","/meldingen/volgen"):
        assert client.get(u).status_code == 200
    assert team.get("/aanjaagteam?status=alles&zoek=terras&wie=ik").status_code == 200
    assert team.get("/aanjaagteam/melding-invoeren").status_code == 200
    t = client.get("/meldingen/nieuw").text
    token = re.search(r'name="token"[^>]*value="([^"]+)"', t).group(1)
    r = client.post("/meldingen/nieuw", data={"story":"Hallo daar dit duurt","token":token,"since":"2026-03","waiting":"family","municipality":"","email":""})
    assert r.status_code == 303, r.text
    r = client.get("/meldingen/ontvangst"); print(re.findall(r'value="([^"]+)"', r.text))
    code = re.findall(r'value="(\w{4}-[^"]+)"', r.text)[0]
    r = client.post("/meldingen/volgen", data={"code": code.lower().replace("-"," ")}); assert r.status_code==303
    assert client.get("/meldingen/volgen/stand").status_code==200
