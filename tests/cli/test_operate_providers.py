"""An operator's `eduid.toml` with a real provider: the messages of a file run reach it once, and nothing else does."""

from __future__ import annotations

from collections import Counter

import pytest

from eduid_core.messages.sms import TEMPLATES
from eduid_core.testing.simulators import AliyunSimulator, SmsSimulator, TencentSimulator

from .conftest import School, certify, run_eduid

SECRET = {"aliyun": "ACCESS_KEY_SECRET", "tencent": "SECRET_KEY"}


def configured(school: School, name: str, provider: SmsSimulator) -> list[object]:
    """Write the files of an operator; the secret is left to the environment."""
    given = {key: value for key, value in provider.credentials.items() if key.upper() != SECRET[name]}
    lines = [
        f'{key} = "{value}"' for key, value in {"adapter": name, "endpoint": provider.origin, **given}.items()
    ]
    codes = [
        f'{template} = "{"SMS_" * (name == "aliyun")}{n}"' for n, template in enumerate(TEMPLATES, start=1)
    ]
    text = ['policy = "policy.toml"', "[sms]", *lines, "[sms.templates]", *codes]
    (school.folder / "policy.toml").write_text("sms.quiet_from = 0\nsms.quiet_until = 0\n", "utf-8")
    (school.folder / "eduid.toml").write_text("\n".join(text), "utf-8")
    return ["--config", school.folder / "eduid.toml"]


@pytest.mark.parametrize(
    ("name", "simulator"),
    [("aliyun", AliyunSimulator), pytest.param("tencent", TencentSimulator, marks=pytest.mark.full)],
)
def test_the_messages_of_a_file_run_reach_the_provider_once(
    school: School, name: str, simulator: type[SmsSimulator], monkeypatch: pytest.MonkeyPatch
) -> None:
    with simulator() as provider:
        config = configured(school, name, provider)
        secret = provider.credentials[SECRET[name].lower()]
        monkeypatch.setenv(f"EDUID_SMS__{SECRET[name]}", secret)
        rows = [school.row(0), school.row(1), school.row(2, name="陈不同")]
        done = certify(school, school.applications(rows), *config, "--policy", school.folder / "policy.toml")
        assert done.returncode == 0, done.stderr
        assert provider.taken == []

        sent = [run_eduid("send", *config, "--db", school.folder / "school.db") for _ in range(2)]

    assert [one.returncode for one in sent] == [0, 0], sent[0].stderr
    assert "sent 3" in sent[0].stdout
    assert Counter(taken.number[-11:] for taken in provider.taken).most_common(1)[0][1] == 1
    assert len(provider.taken) == 3
    assert secret not in "".join(one.stdout + one.stderr for one in sent)


def test_a_wrong_secret_is_tried_later_and_the_doctor_names_a_setting_that_lacks(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AliyunSimulator() as provider:
        config = configured(school, "aliyun", provider)
        db = ["--db", school.folder / "school.db"]
        monkeypatch.setenv("EDUID_SMS__ACCESS_KEY_SECRET", "another")
        more = ["--policy", school.folder / "policy.toml"]
        assert certify(school, school.applications([school.row(0)]), *config, *more).returncode == 0
        sent = run_eduid("send", *config, *db)
        monkeypatch.delenv("EDUID_SMS__ACCESS_KEY_SECRET")
        told = run_eduid("doctor", *config, *db)

    assert provider.taken == []
    assert "sent 0" in sent.stdout, sent.stderr
    assert "access_key_secret: missing" in told.stdout
    assert "Traceback" not in sent.stderr + told.stderr
