"""What Jobtrail costs, measured beside its peers on the same tables in the same run."""
