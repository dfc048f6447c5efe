"""One Parquet aggregation, the same program on both sides."""


def write_rows(spark, folder):
    """Six million rows that compress as real ones do."""
    rows = spark.range(0, 6_000_000, 1, 4).selectExpr(
        "id", "hash(id) % 100 as key", "rand(42) as value", "concat('item ', id % 50) as name"
    )
    rows.write.mode("overwrite").parquet(folder)


def aggregation(spark, folder):
    """Seconds for a scan of all rows, two shuffles and a sort."""
    import time

    began = time.monotonic()
    spark.conf.set("spark.sql.shuffle.partitions", 4)  # its default is for clusters, and ours is not
    spark.read.parquet(folder).createOrReplaceTempView("rows")
    spark.sql(
        "select name, count(*) as n, sum(total) as total, max(largest) as largest from"
        " (select name, key, sum(value) as total, max(value * key) as largest from rows group by name, key)"
        " group by name order by total desc limit 20"
    ).collect()
    return time.monotonic() - began
