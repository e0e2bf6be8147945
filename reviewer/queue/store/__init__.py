"""Where the queue keeps what it knows: one database, SQLite or PostgreSQL, same tables."""
