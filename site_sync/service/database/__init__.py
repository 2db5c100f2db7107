"""The site's database: engine, tables, records and migrations."""
