"""One producer and one consumer."""

from queues import queue_workload

queue_workload(1)
