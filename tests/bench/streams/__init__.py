"""What following the log costs: many subscribers, steady changes, one server process."""
