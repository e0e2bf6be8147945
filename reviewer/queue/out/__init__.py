"""What leaves the queue: tables, JSON lines, reports and a summary."""
