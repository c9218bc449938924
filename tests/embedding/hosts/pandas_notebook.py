"""A notebook on the records, with pandas: each block is what a cell would have."""

import os

import pandas as pd
from sqlalchemy.orm import Session

from crm import CRM, make_engine, schema, to_dataframe

# In [1]: records to look at
engine = make_engine(os.environ.get("HOST_DB", "sqlite:///host.db"))
schema.upgrade(engine)
with Session(engine) as session, session.begin():
    CRM(session, None).staff.found("admin", "管理员")
    crm = CRM(session, "admin")
    for name, country, expected in (("丸红株式会社", "JP", "20000000.50 USD"), ("示例<工业>", "DE", None)):
        crm.leads.open(crm.investors.add(name, country=country), title=name, station="tokyo", expected=expected)

# In [2]: a session stays open for the cells that follow
session = Session(engine)
crm = CRM(session, "admin")
leads = crm.leads.list()
print("<table>" in leads._repr_html_())  # True
print("示例&lt;工业&gt;" in leads._repr_html_())  # True

# In [3]: a column for each key; stream passes over the whole list a page at a time
frame = to_dataframe(crm.stream(crm.leads.list))
print(len(frame), frame["title"].tolist())  # 2 ['示例<工业>', '丸红株式会社']
print(frame["id"].dtype)  # int64

# In [4]: amounts are whole minor units, so they are exact; missing ones need the nullable type
minor = frame["expected_minor"].astype("Int64")
print(minor.sum())  # 2000000050
print(minor.isna().tolist())  # [True, False]

# In [5]: days are texts of ISO 8601
frame["received_on"] = pd.to_datetime(frame["received_on"])
print(frame["received_on"].dtype.kind)  # M
print(frame.groupby("station")["id"].count().to_dict())  # {'tokyo': 2}

# In [6]: the end
session.close()
engine.dispose()
