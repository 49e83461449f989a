"""Figures for Prometheus: requests of this process, and the queues as the database has them."""

from collections.abc import Iterator
from contextlib import suppress

from django.db import DatabaseError
from prometheus_client import REGISTRY, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from carnet.platform import jobs, pump

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

requests = Counter("carnet_requests_total", "Requests, by route and status.", ["route", "method", "status"])
durations = Histogram("carnet_request_seconds", "Time to answer, by route.", ["route"], buckets=BUCKETS)


class Queues(Collector):
    """Outbox rows and jobs by state, counted when asked."""

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: registering must not ask the database."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        outbox = GaugeMetricFamily("carnet_outbox_rows", "Outbox rows by state.", labels=["topic", "state"])
        work = GaugeMetricFamily("carnet_jobs", "Jobs, by role and state.", labels=["role", "state"])
        workers = GaugeMetricFamily("carnet_workers", "Workers that gave a sign of life lately.")
        # Without the database the requests are still told.
        with suppress(DatabaseError):
            for labels, count in pump.count_by_state().items():
                outbox.add_metric(list(labels), count)
            for labels, count in jobs.count_by_state().items():
                work.add_metric(list(labels), count)
            workers.add_metric([], jobs.count_living_workers())
        yield from (outbox, work, workers)


REGISTRY.register(Queues())


def observe(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count one request. `route` is the name of a page, never its address."""
    route = route or "none"
    requests.labels(route, method if method in ("GET", "POST", "HEAD") else "other", str(status)).inc()
    durations.labels(route).observe(seconds)


def render() -> bytes:
    """Return everything in the text format of Prometheus."""
    return generate_latest(REGISTRY)
