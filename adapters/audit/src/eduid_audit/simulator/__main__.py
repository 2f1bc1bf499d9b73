"""
Run the simulator and print the results; exit with 1 if a check fails.

    python -m eduid_audit.simulator --seed 1 --steps 200000
    python -m eduid_audit.simulator --seed 1 --deep
    python -m eduid_audit.simulator --replay 1/17
"""

from __future__ import annotations

import argparse
import sys

from eduid_audit.simulator.run import STEPS_OF_AN_EPISODE, Episode, SimulationReport, play, simulate

__all__ = ["main", "table"]

QUICK, DEEP = 200_000, 20_000_000


def table(report: SimulationReport, *, seen: bool = True) -> str:
    """Return *report* as text: the counts, the failed checks, the digest last."""
    lines = [f"{count:>12,}  {name}" for name, count in sorted(report.seen.items())] if seen else []
    lines += [line for episode in report.failures for line in _failure(episode)]
    rate = round(report.steps / report.seconds) if report.seconds else 0
    summary = f"{report.steps:,} steps, {report.episodes:,} episodes, {report.seconds:.1f} s, {rate:,} steps/s"
    verdict = "everything holds" if not report.failures else f"{len(report.failures)} episodes failed"
    return "\n".join([*lines, summary, verdict, f"seed {report.seed} trace {report.digest}"])


def _failure(episode: Episode) -> list[str]:
    head = f"does not hold: {', '.join(episode.broken)}; replay with --replay {episode.seed}"
    return [head, *(f"    {line}" for line in episode.last[-12:])]


def _show_progress(done: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} steps")
        sys.stderr.flush()


def main(argv: list[str] | None = None) -> int:
    """Read the arguments, run, print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eduid_audit.simulator", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=QUICK)
    parser.add_argument("--deep", action="store_true", help=f"{DEEP:,} steps")
    parser.add_argument("--replay", metavar="EPISODE", help="play one episode again and print its last steps")
    asked = parser.parse_args(argv)
    if asked.replay:
        episode = play(asked.replay, min(asked.steps, STEPS_OF_AN_EPISODE))
        text = "\n".join([*episode.last, ", ".join(episode.broken) or "everything holds", episode.digest])
        sys.stdout.write(text + "\n")
        return int(bool(episode.broken))
    report = simulate(asked.seed, DEEP if asked.deep else asked.steps, on_progress=_show_progress)
    sys.stdout.write(table(report) + "\n")
    return int(bool(report.failures))


if __name__ == "__main__":
    raise SystemExit(main())
