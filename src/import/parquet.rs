//! Parquet: tables whose columns have types of their own.
