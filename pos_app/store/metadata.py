"""The one MetaData object that every table of the till's database hangs on."""

from sqlalchemy import MetaData

metadata = MetaData()
