"""What developing needs and running does not: a throwaway PostgreSQL and the server to edit by."""
