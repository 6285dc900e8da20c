"""The one table of the opponent of B1."""

TABLE = """CREATE TABLE IF NOT EXISTS bench_finding (id uuid PRIMARY KEY, kind varchar(20), description text,
           lon float8, lat float8, address varchar(200), outside_no varchar(60), at timestamptz)"""
