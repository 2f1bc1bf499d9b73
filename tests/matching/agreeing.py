"""A form and a registry row of one student that agree in every field."""

from __future__ import annotations

from eduid_core.matching import Application, RegistryRow

__all__ = ["FORM", "NUMBER", "ROW"]

NUMBER = "320098201604150036"
FORM = Application(
    application_id="a1",
    name="陈小雨",
    id_number=NUMBER,
    school="南京市海英小学",
    grade="四年级",
    class_name="一班",
    entry_year="2023",
    school_code="2132000001",
    guardian_name="陈大山",
    guardian_phone="13912345678",
)
ROW = RegistryRow(
    student_number="G" + NUMBER,
    name="陈小雨",
    id_type="1",
    id_number=NUMBER,
    school_code="2132000001",
    school="南京市海英小学",
    grade="四年级",
    class_name="一班",
    entry_month="202309",
    status="在读",
)
