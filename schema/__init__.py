"""The GraphQL surface: what consumers can ask. It decides nothing; backend/ does."""
