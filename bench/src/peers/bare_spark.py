"""Bare pyspark with its own defaults: the first job's result, then one aggregation for every line on standard input."""

import sys

from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.master("local-cluster[2,1,768]").config("spark.executor.memory", "768m").getOrCreate()
)
print(spark.sparkContext.parallelize(range(2), 2).map(lambda number: number + 1).collect(), flush=True)
if len(sys.argv) > 1:
    exec(open(sys.argv[1]).read())
    write_rows(spark, sys.argv[2])  # noqa: F821 -- the program’s
    for _line in sys.stdin:
        print(aggregation(spark, sys.argv[2]), flush=True)  # noqa: F821 -- the program's
