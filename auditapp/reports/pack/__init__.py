"""The evidence pack: what an auditor of the certification body is handed, as one file that proves itself."""
