"""The other sides of B2: PostGIS, geopandas and DuckDB, each with its own index ready before the clock starts."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Answer = NDArray[np.int32]
POSTGIS = Path("/usr/lib/postgresql")


class Geopandas:
    """`sjoin` of points within cells; both frames are made beforehand, its tree is part of the join."""

    name = "geopandas.sjoin"

    def __init__(self, cells: list[Any], points: NDArray[np.float64]) -> None:
        import geopandas

        self.geopandas = geopandas
        self.version = f"geopandas {geopandas.__version__}, shapely {shapely.__version__}"
        self.cells = geopandas.GeoDataFrame({"cell": np.arange(len(cells))}, geometry=cells, crs=4326)
        self.points = geopandas.GeoDataFrame(geometry=shapely.points(points), crs=4326)

    def join(self) -> Any:
        return self.geopandas.sjoin(self.points, self.cells, predicate="within", how="inner")

    def answer(self) -> Answer:
        found = np.full(len(self.points), -1, dtype=np.int32)
        joined = self.join()
        found[joined.index.to_numpy()] = joined["cell"].to_numpy()
        return found

    def timed(self) -> float:
        begun = time.perf_counter()
        self.join()
        return time.perf_counter() - begun

    def close(self) -> None: ...


class DuckDB:
    """The spatial extension's own join operator; geometries are in tables beforehand, the result is only summed."""

    name = "DuckDB spatial"
    SQL = "FROM points p JOIN cells c ON ST_Contains(c.geom, p.geom)"

    def __init__(self, cells: list[Any], points: NDArray[np.float64]) -> None:
        import duckdb
        import duckdb_extension_spatial
        import pyarrow

        self.version = f"DuckDB {duckdb.__version__}"
        self.count = len(points)
        self.link = duckdb.connect()
        folder = Path(duckdb_extension_spatial.__file__).parent
        self.link.execute(f"LOAD '{next(folder.rglob('*.duckdb_extension'))}'")
        given = pyarrow.table({"lon": points[:, 0], "lat": points[:, 1], "id": np.arange(len(points), dtype=np.int32)})
        outlines = pyarrow.table({"cell": np.arange(len(cells), dtype=np.int32), "wkb": list(shapely.to_wkb(cells))})
        self.link.register("given", given)
        self.link.register("outlines", outlines)
        self.link.execute("CREATE TABLE points AS SELECT id, ST_Point(lon, lat) AS geom FROM given")
        self.link.execute("CREATE TABLE cells AS SELECT cell, ST_GeomFromWKB(wkb) AS geom FROM outlines")

    def answer(self) -> Answer:
        found = np.full(self.count, -1, dtype=np.int32)
        rows = self.link.execute(f"SELECT p.id, c.cell {self.SQL}").fetchnumpy()
        found[rows["id"]] = rows["cell"]
        return found

    def timed(self) -> float:
        begun = time.perf_counter()
        self.link.execute(f"SELECT count(*), sum(c.cell) {self.SQL}").fetchall()
        return time.perf_counter() - begun

    def close(self) -> None:
        self.link.close()


class PostGIS:
    """Points and cells in tables with GiST indexes, vacuumed, parallel plans allowed; the result is only summed."""

    name = "PostGIS join"
    SQL = "FROM points p JOIN cells c ON ST_Contains(c.geom, p.geom)"

    def __init__(self, cells: list[Any], points: NDArray[np.float64]) -> None:
        from shijian.config.embedded import Cluster

        programs = self.programs()
        if programs is None:
            raise LookupError("PostGIS is not installed (Debian: postgresql-15-postgis-3)")
        self.home = Path(tempfile.mkdtemp(prefix="shijian-postgis-"))
        self.home.chmod(0o755)
        self.count = len(points)
        self.cluster = Cluster(self.home, {"work_mem": "256MB", "max_parallel_workers_per_gather": "2", "fsync": "off"})
        self.cluster.bindir = programs
        self.cluster.start()
        import psycopg

        self.link = psycopg.connect(
            f"host={self.cluster.sockets} port=6300 user=postgres dbname=postgres", autocommit=True
        )
        run = self.link.execute
        run("CREATE EXTENSION postgis")
        run("CREATE TABLE points (id int, geom geometry(Point))")
        run("CREATE TABLE cells (cell int, geom geometry)")
        with self.link.cursor() as cursor:
            for table, shapes in (("points", shapely.points(points)), ("cells", np.array(cells, dtype=object))):
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for start in range(0, len(shapes), 100_000):
                        for number, wkb in enumerate(shapely.to_wkb(shapes[start : start + 100_000], hex=True), start):
                            copy.write_row((number, wkb))
        run("CREATE INDEX ON points USING gist (geom)")
        run("CREATE INDEX ON cells USING gist (geom)")
        run("VACUUM ANALYZE points")
        run("VACUUM ANALYZE cells")
        server = run("SHOW server_version").fetchone()
        extension = run("SELECT postgis_lib_version() || ', GEOS ' || postgis_geos_version()").fetchone()
        self.version = f"PostgreSQL {server[0]}, PostGIS {extension[0]}" if server and extension else ""

    @staticmethod
    def programs() -> Path | None:
        """A PostgreSQL of the system that has PostGIS beside it."""
        found = sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
        return POSTGIS / found[-1].parents[1].name / "bin" if found else None

    def answer(self) -> Answer:
        found = np.full(self.count, -1, dtype=np.int32)
        rows = np.array(self.link.execute(f"SELECT p.id, c.cell {self.SQL}").fetchall(), dtype=np.int64)
        found[rows[:, 0]] = rows[:, 1]
        return found

    def timed(self) -> float:
        begun = time.perf_counter()
        self.link.execute(f"SELECT count(*), sum(c.cell) {self.SQL}").fetchall()
        return time.perf_counter() - begun

    def close(self) -> None:
        self.link.close()
        self.cluster.stop("immediate")
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.cluster.sockets, ignore_errors=True)
