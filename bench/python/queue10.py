"""Ten producers and ten consumers."""

from queues import queue_workload

queue_workload(10)
