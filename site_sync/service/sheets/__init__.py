"""Tables in files: read and written as CSV and as workbooks."""
