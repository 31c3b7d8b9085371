"""Where nonconformities come from: issued audit findings, and whoever sees one anywhere; repeats."""
