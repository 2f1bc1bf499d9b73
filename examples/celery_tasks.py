"""Celery tasks (sync): messages are handed over, deadlines fire, the ledger grows; any number of workers."""
# Start: pip install celery; make_tasks(celery, service) in main.py; celery -A main worker --beat

from __future__ import annotations

from celery import Celery

from eduid_core.service import Service

LEDGER = "example.cn/ledger"


def make_tasks(celery: Celery, service: Service) -> None:
    """Register the tasks over *service* and when they run; what two workers do at once is done once."""

    @celery.task(name="eduid.send_messages")
    def send_messages() -> dict[str, int]:
        relayed = service.send_messages()
        return {"sent": relayed.sent, "unknown": relayed.unknown}

    @celery.task(name="eduid.fire_timers")
    def fire_timers() -> dict[str, int]:
        fired = service.fire_timers()
        return {"done": fired.done, "refused": fired.refused}

    @celery.task(name="eduid.resume")
    def resume() -> int:
        """Ask the registry about what a crash left waiting."""
        return service.resume()

    @celery.task(name="eduid.match_again")
    def match_again() -> int:
        """Ask the registry again about what it did not answer."""
        return service.match_again()

    @celery.task(name="eduid.checkpoint")
    def checkpoint() -> str:
        """Return a signed note on the ledger: give it to whoever is to witness that it only grows."""
        ledger = service.ledger(LEDGER)
        ledger.integrate()
        return ledger.checkpoint()

    celery.conf.beat_schedule = {
        "messages": {"task": "eduid.send_messages", "schedule": 10.0},
        "deadlines": {"task": "eduid.fire_timers", "schedule": 60.0},
        "resume": {"task": "eduid.resume", "schedule": 300.0},
        "again": {"task": "eduid.match_again", "schedule": 900.0},
        "witness": {"task": "eduid.checkpoint", "schedule": 86_400.0},
    }
