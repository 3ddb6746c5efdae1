import time
import pytest
from datetime import UTC, datetime
from tests.jobs.test_kill import _fill, _count
from tests.jobs.processes import *
from tests.mail.letters import *
from civic.mail.models import MailState
@pytest.mark.parametrize("n", range(6))
def test_x(app, tmp_path, n):
    t=time.monotonic(); out=[]
    def lap(x): out.append((x, round(time.monotonic()-t,2)))
    inbox = Inbox(delay=0.06)
    with smtp_server(inbox) as port:
        app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=port)
        _fill(app, datetime.fromtimestamp(tmp_path.stat().st_mtime, UTC))
        with jobs_process(app, tmp_path/"l") as one:
            wait_until(lambda: one.leads); lap("leads")
            wait_until(lambda: len(inbox.taken)>=1); lap("first")
            wait_until(lambda: len(inbox.taken)>=12); lap("12")
            one.kill()
        with jobs_process(app, tmp_path/"2") as one:
            wait_until(lambda: one.leads); lap("leads2")
            k=len(inbox.taken)
            wait_until(lambda: len(inbox.taken)>k); lap("first2")
            wait_until(lambda: _count(app, MailState.SENT) == 40); lap("all")
            print(out, [l for l in one.text.splitlines() if "INFO" not in l][:20])
    if out[-1][1]>14: print("SLOW", one.text[-3000:])
