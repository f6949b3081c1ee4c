"""The table of `make bench`."""

from sandbox.bench import COMMANDS, Figure, render


def figure(program: str, command: str, *seconds: float, requests: int) -> Figure:
    return Figure(
        program=program,
        associations=10,
        latency_ms=60,
        command=command,
        seconds=seconds,
        requests=(requests,) * len(seconds),
    )


def test_the_component_stands_beside_plain_azuread_with_the_ratio_of_the_medians() -> None:
    figures = [figure("many", command, 9.0, 3.0, 2.0, requests=29) for command in COMMANDS]
    figures += [figure("plain", command, 5.0, 4.0, 4.0, requests=31) for command in COMMANDS]
    assert render(figures).splitlines()[2:] == [
        "| 10 | 60 ms | 3 | `examples/many` | 3.00 s (29) | 3.00 s (29) | 3.00 s (29) | 3.00 s (29) |",
        "| 10 | 60 ms | 3 | `examples/plain` | 4.00 s (31) | 4.00 s (31) | 4.00 s (31) | 4.00 s (31) |",
        "| 10 | 60 ms | 3 | ratio | 0.75 | 0.75 | 0.75 | 0.75 |",
    ]
